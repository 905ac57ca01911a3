import type { JsonValue } from "../../cognito/json.ts";
import { ClaimsError } from "../claims-error.ts";
import { evaluate, type Reason, type World } from "../evaluate/evaluate.ts";
import { tokenValue } from "../evaluate/token-value.ts";
import { literalValue } from "../gather/declared-value.ts";
import type { PlanClaim } from "../plan.ts";

/** What a claim comes to; `out` is why there is none: its condition is false, or something is unknown. */
export type ClaimResult = { readonly value: JsonValue } | { readonly out: "when" | Reason };

/** What claims come to, by name, in the map's order. */
export type ClaimResults = ReadonlyMap<string, ClaimResult>;

/**
 * Works claims out as one audience gets them.
 *
 * @throws {ClaimsError} `CLAIM_REQUIRED` when a required claim is unknown and its `when` is not false,
 * `CLAIM_RESTRICTS_UNKNOWN` when one that restricts is unknown and nothing stands in for it.
 */
export function resolveEach(claims: readonly PlanClaim[], world: World): ClaimResults {
  return new Map(claims.map((claim) => [claim.name, resolveClaim(claim, world)]));
}

/** The values that came out, of the claims for which `wanted` holds. */
export function valuesOf(
  claims: readonly PlanClaim[],
  results: ClaimResults,
  wanted: (claim: PlanClaim) => boolean,
): ReadonlyMap<string, JsonValue> {
  return new Map(
    claims.filter(wanted).flatMap(({ name }) => {
      const result = results.get(name);
      return result && "value" in result ? [[name, result.value]] : [];
    }),
  );
}

function resolveClaim(claim: PlanClaim, world: World): ClaimResult {
  const when = claim.when ? evaluate(claim.when, world) : undefined;
  if (when?.known && when.value !== true) return { out: "when" };
  const outcome = when && !when.known ? when : evaluate(claim.value, world);
  const value = outcome.known ? tokenValue(outcome.value) : undefined;
  if (value !== undefined) return { value };
  if (claim.required) throw new ClaimsError("CLAIM_REQUIRED", `claim "${claim.name}" is required and unknown`);
  if (claim.effect === "restricts") return { value: strictest(claim) };
  return { out: outcome.known ? "error" : outcome.because };
}

/** Of a claim whose absence would give more. */
function strictest({ name, type, otherwise }: PlanClaim): JsonValue {
  const literal = otherwise === undefined ? undefined : literalValue(type, otherwise);
  const value = literal === undefined ? undefined : tokenValue(literal);
  if (value !== undefined) return value;
  throw new ClaimsError("CLAIM_RESTRICTS_UNKNOWN", `claim "${name}" restricts and is unknown`);
}
