import { expect, test } from "vitest";
import type { TemplatePart } from "../../claims/plan.ts";
import { rowRequests } from "../../claims/row-requests.ts";
import { aMachine, aPlan, aProfile, aSubject, SUB } from "./a-plan.ts";

function planWithKey(...template: TemplatePart[]): ReturnType<typeof aPlan> {
  const staff = aPlan().sources["staff"];
  return aPlan({ sources: staff ? { staff: { ...staff, key: { pk: template } } } : {} });
}

test("one request per source the profile reads, with only the attributes it needs", () => {
  const plan = aPlan();
  expect(rowRequests(plan, aProfile(), aSubject())).toEqual([
    {
      source: "staff",
      table: "staff",
      region: undefined,
      key: { pk: `STAFF#${SUB}` },
      attributes: ["role"],
      consistent: true,
    },
  ]);
  expect(rowRequests(plan, aProfile({ reads: {} }), aSubject())).toEqual([]);
});

test("a value that holds a literal of its template builds no key", () => {
  const plan = planWithKey("C#", { ref: ["client", "id"] }, "#END");
  for (const clientId of ["aC#b", "x#END", ""]) {
    expect(() => rowRequests(plan, aProfile(), aSubject({ clientId }))).toThrow(
      expect.objectContaining({
        code: "SOURCE_INVALID",
        message: 'source "staff": its key cannot be built for this subject',
      }),
    );
  }
  expect(rowRequests(plan, aProfile(), aSubject({ clientId: "web-1" }))[0]?.key).toEqual({ pk: "C#web-1#END" });
});

test("a machine has no sub of a person's", () => {
  const plan = planWithKey("STAFF#", { ref: ["user", "sub"] });
  expect(() => rowRequests(plan, aProfile(), aMachine())).toThrow(expect.objectContaining({ code: "SOURCE_INVALID" }));
});
