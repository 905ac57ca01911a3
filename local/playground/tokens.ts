import type { Plan, PlanProfile } from "../../claims/plan.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import type { TokenKeys } from "../user-pool/token-keys.ts";
import type { Token, TokenClaim } from "./messages.ts";
import { claimsKnown } from "./value-class.ts";

/** A token as the page shows it: signed, measured, and each claim with where it comes from. */
export async function shownToken(
  keys: TokenKeys,
  use: "access" | "id",
  claims: TokenClaims,
  plan: Plan,
  profile: PlanProfile | null,
  subject: Subject,
): Promise<Token> {
  const known = claimsKnown(plan, profile, subject);
  const raw = await keys.sign(use, claims);
  const [header = "", payload = "", signature = ""] = raw.split(".");
  return {
    claims: Object.entries(claims).map(
      ([name, value]): TokenClaim => ({ name, value, ...known(use, name), bytes: shareOf(name, value) }),
    ),
    raw,
    bytes: { all: raw.length, header: header.length, payload: payload.length, signature: signature.length },
    limit: use === "access" ? plan.limits.accessToken : plan.limits.idToken,
    most: profile?.maxBytes[use] ?? null,
  };
}

/** What one claim takes of a payload as it travels: its text and a comma, a third longer in base64url. */
function shareOf(name: string, value: unknown): number {
  return Math.ceil(((Buffer.byteLength(JSON.stringify({ [name]: value })) - 1) * 4) / 3);
}
