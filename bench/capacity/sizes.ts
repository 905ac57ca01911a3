import { tokenBytes } from "../../cognito/token-size.ts";
import { blobLength } from "../../crypto/direct-form.ts";
import { WRAPPED_KEY_BYTES } from "../../crypto/envelope-form.ts";
import { type SealMode, sealedSize } from "../../crypto/envelope-size.ts";

/** Bytes that one more thing adds to a token as it is sent. */
export type Price = { readonly what: string; readonly bytes: number };

const SUB = "00000000-0000-4000-8000-000000000000";

/** A claim of Cognito's default access token, as long as they are. */
const BASE = {
  sub: SUB,
  iss: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example01",
  client_id: "1example000000000000000001",
  origin_jti: SUB,
  event_id: SUB,
  token_use: "access",
  scope: "aws.cognito.signin.user.admin",
  auth_time: 1_795_000_000,
  exp: 1_795_000_900,
  iat: 1_795_000_000,
  jti: SUB,
  username: SUB,
};

const MODES: readonly SealMode[] = ["envelope", "asymmetric", "direct"];

/** An access token, and what each part of it costs. */
export function prices(): { readonly base: number; readonly prices: readonly Price[] } {
  const base = tokenBytes(BASE);
  const more = (claims: object): number => tokenBytes({ ...BASE, ...claims } as never) - base;
  const sealed = (mode: SealMode, claims: number): number => {
    // What binds an envelope is inside it, where KMS has no context to bind it by.
    const place = mode === "asymmetric" ? { aud: "care-api", pool: "eu-central-1_Example01" } : {};
    const inside = { sub: SUB, iat: 1_795_000_000, ...place, ...personal(claims) };
    return more({ sealed_care_api: "x".repeat(sealedSize(mode, Buffer.byteLength(JSON.stringify(inside)))) });
  };
  return {
    base,
    prices: [
      { what: "`cmv`, the map and its revision", bytes: more({ cmv: "clinic-eu@2026-11-22.1" }) },
      { what: "a short claim in the clear, `plan: team`", bytes: more({ plan: "team" }) },
      { what: "a list of three roles in the clear", bytes: more({ roles: ["owner", "editor", "viewer"] }) },
      { what: "a scope, `care-api/chart.read`", bytes: more({ scope: `${BASE.scope} care-api/chart.read` }) },
      { what: "three personal claims of 24 bytes in the clear: what is avoided", bytes: more(personal(3)) },
      { what: "the same three, each by a `kms:Encrypt` of its own: what people write by hand", bytes: more(byHand(3)) },
      ...MODES.flatMap((mode) =>
        [1, 3, 8].map((count) => ({
          what: `an envelope, \`${mode}\`, of ${count} such claim${count === 1 ? "" : "s"}`,
          bytes: sealed(mode, count),
        })),
      ),
    ],
  };
}

const NAMES = ["legal_name", "licence_no", "birth_date", "street", "city", "phone", "email", "tax_number"];

function personal(count: number): { readonly [claim: string]: string } {
  return Object.fromEntries(NAMES.slice(0, count).map((name) => [name, "x".repeat(24)]));
}

/** In the base64 that SDKs write. */
function byHand(count: number): { readonly [claim: string]: string } {
  const blob = Buffer.alloc(blobLength(24)).toString("base64");
  return Object.fromEntries(NAMES.slice(0, count).map((name) => [name, blob]));
}

/** Characters of a token that the wrapped data key takes, which every envelope of mode `envelope` has. */
export function wrappedKeyBytes(): number {
  return Math.round((Buffer.alloc(WRAPPED_KEY_BYTES).toString("base64url").length * 4) / 3);
}
