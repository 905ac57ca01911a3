import fc from "fast-check";
import { expect, test } from "vitest";
import { ClaimsError } from "../../../claims/claims-error.ts";
import { aClaim, aMachine, aSubject } from "../a-plan.ts";
import { no, ref, resolve, yes } from "./resolving.ts";

/** The code a profile is refused with; null for a profile that is not. */
function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ClaimsError) return error.code;
    throw error;
  }
}

test.for([
  ["true", yes, "true"],
  ["unknown", ref("suspended"), "unknown"],
] as const)("a rule that is %s refuses with the map's own code", ([, when, state]) => {
  expect(() => resolve({ refuse: [{ when, code: "SUSPENDED" }] })).toThrow(
    expect.objectContaining({ code: "MAP_SUSPENDED", message: `refuse "SUSPENDED": its condition is ${state}` }),
  );
});

test("a rule that is false refuses nobody", () => {
  expect(codeOf(() => resolve({ refuse: [{ when: no, code: "SUSPENDED" }] }))).toBeNull();
});

test("the first rule that is true or unknown decides, in the map's order", () => {
  const refuse = [
    { when: no, code: "FIRST" },
    { when: ref("suspended"), code: "SECOND" },
    { when: yes, code: "THIRD" },
  ];
  expect(codeOf(() => resolve({ refuse }))).toBe("MAP_SECOND");
  expect(codeOf(() => resolve({ refuse }, { suspended: false }))).toBe("MAP_THIRD");
});

test("a rule of the map's wins over everything else there is to refuse", () => {
  const condition = fc.constantFrom(yes, no, ref("unknown"));
  const scene = fc.record({
    rules: fc.array(condition, { minLength: 1, maxLength: 4 }),
    effect: fc.constantFrom("grants" as const, "restricts" as const, "informs" as const),
    isRequired: fc.boolean(),
    subject: fc.constantFrom(aSubject(), aMachine()),
  });
  fc.assert(
    fc.property(scene, ({ rules, effect, isRequired, subject }) => {
      const refuse = rules.map((when, index) => ({ when, code: `RULE_${index}` }));
      const profile = {
        claims: [aClaim("limit", ref("unknown"), { effect, required: isRequired })],
        scopes: [{ add: [], remove: [...subject.scopes] }],
      };
      const first = rules.findIndex((when) => when !== no);
      const code = codeOf(() => resolve({ ...profile, refuse }, {}, subject));
      expect(code).toBe(first < 0 ? codeOf(() => resolve(profile, {}, subject)) : `MAP_RULE_${first}`);
    }),
    { numRuns: 1_000 },
  );
});
