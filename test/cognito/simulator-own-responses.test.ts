import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../cognito/json.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { GROUP_CLAIMS, isReservedClaim } from "../../cognito/reserved-claims.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import { PLAIN_ID_CLAIMS, SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { runs } from "../runs.ts";
import { eventNames, poolVersionOf, safeClaims, sample } from "./events.ts";

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(scalar),
    fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
  ),
}));

/** Any name Cognito does not keep for itself. */
const legalName = fc
  .oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "https://example.com/tenant",
      "custom:tenant_id",
      "sealed_care_api",
      "cmv",
    ),
    fc.constantFrom(...STANDARD_ATTRIBUTES),
    fc.string(),
  )
  .filter((name) => !isReservedClaim("id", name) && !isReservedClaim("access", name));

const scope = fc.oneof(fc.stringMatching(/^[!-~]{1,20}$/), fc.constantFrom(...SELF_SERVICE_SCOPES, "claims-api/read"));

/** Names to add with their values, and other names to suppress. */
const change = fc
  .record({ add: fc.dictionary(legalName, value), suppress: fc.array(legalName) })
  .map(({ add, suppress }) => ({ add, suppress: suppress.filter((name) => !Object.hasOwn(add, name)) }));

const textOf = (add: { readonly [name: string]: JsonValue }) =>
  Object.fromEntries(Object.entries(add).map(([name, of]) => [name, JSON.stringify(of)]));

const plainOnly = (add: { readonly [name: string]: JsonValue }) =>
  Object.fromEntries(
    Object.entries(add).map(([name, of]) => [name, PLAIN_ID_CLAIMS.includes(name) ? JSON.stringify(of) : of]),
  );

test("of a response written by writeResponse from legal names, everything is applied", () => {
  const input = fc.record({
    name: fc.constantFrom(...eventNames),
    id: change,
    access: change,
    scopesToAdd: fc.array(scope),
    scopesToSuppress: fc.array(scope),
    groups: fc.oneof(
      fc.constantFrom("leave" as const, "remove" as const),
      fc.record({ keepOnly: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }) }),
    ),
  });
  fc.assert(
    fc.property(input, ({ name, id, access, scopesToAdd: wanted, scopesToSuppress, groups }) => {
      const event = sample(name);
      const subject = readSubject(event);
      const scopesToAdd = wanted.filter((one) => !scopesToSuppress.includes(one));
      const idAdd = subject.shape === "V1" ? textOf(id.add) : plainOnly(id.add);
      const safe = safeClaims({
        id: subject.grant === "user" ? { ...id, add: idAdd } : null,
        access: subject.shape === "V1" ? null : { ...access, scopesToAdd, scopesToSuppress },
        groups,
      });
      const response = writeResponse(event, subject, safe);
      const { refused, dropped, idToken, accessToken } = simulateTokens({
        poolVersion: poolVersionOf(name),
        event,
        response,
      });
      expect({ refused, dropped }).toStrictEqual({ refused: null, dropped: [] });

      const changed = [
        { token: idToken, change: safe.id },
        { token: accessToken, change: safe.access },
      ];
      for (const { token, change: made } of changed) {
        const claims = new Map(Object.entries(token ?? {}));
        for (const [claim, of] of made?.add ?? []) expect(claims.get(claim)).toStrictEqual(of);
        for (const claim of made?.suppress ?? []) expect(claims.has(claim)).toBe(false);
        const grouped = [...claims.keys()].some((claim) => GROUP_CLAIMS.includes(claim));
        expect(grouped && groups === "remove").toBe(false);
        const left = GROUP_CLAIMS.filter((claim) => claims.has(claim)).map((claim) => claims.get(claim));
        const overridden = typeof groups === "object" && subject.grant === "user" && token !== null;
        expect(left).toStrictEqual(overridden ? [groups.keepOnly] : left);
      }
      if (safe.access === null) return;
      const final = [...subject.scopes, ...scopesToAdd].filter((one) => !scopesToSuppress.includes(one));
      expect(accessToken?.["scope"]).toBe(final.length > 0 ? [...new Set(final)].join(" ") : undefined);
    }),
    { numRuns: runs(3000) },
  );
});
