import type { Plan } from "../../claims/plan.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { tokenBytes } from "../../cognito/token-size.ts";

/** What Cognito alone decides on, and the check leaves to the run. */
const COGNITOS_OWN: readonly string[] = ["identities", "cognito:roles", "cognito:preferred_role"];

/** What a profile's tokens were promised to stay within, and what one of them came to; empty when all is well. */
export function overBounds(
  plan: Plan,
  profile: string | null,
  tokens: { readonly access: TokenClaims; readonly id: TokenClaims | null },
): readonly string[] {
  const bounds = plan.profiles.find(({ name }) => name === profile)?.maxBytes;
  if (bounds === undefined) return [];
  return (["access", "id"] as const).flatMap((token) => {
    const [claims, bound] = [tokens[token], bounds[token]];
    if (claims === null || bound === null) return [];
    const counted = Object.fromEntries(Object.entries(claims).filter(([name]) => !COGNITOS_OWN.includes(name)));
    const bytes = tokenBytes(counted);
    return bytes <= bound ? [] : [`the ${token} token has ${bytes} bytes; the plan says ${bound} at most`];
  });
}
