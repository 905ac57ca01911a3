import { expect, test } from "vitest";
import type { RowResult } from "../../claims/facts.ts";
import { lookUp } from "../../claims/look-up.ts";
import { rowRequests } from "../../claims/row-requests.ts";
import { aPlan, aProfile, aSubject, SUB } from "./a-plan.ts";

const plan = aPlan();
const subject = aSubject({ groups: ["a"], metadata: new Map([["wish", "x"]]) });
const requests = rowRequests(plan, aProfile(), subject);
const look = (result: RowResult): ReturnType<typeof lookUp> => lookUp(plan, subject, requests, [result]);

test("facts come from the event, the client and the row, each held against its declaration", () => {
  const see = look({
    state: "found",
    row: new Map<string, unknown>([
      ["role", "nurse"],
      ["limit", "many"],
    ]),
  });
  expect(see(["user", "sub"])).toEqual({ state: "present", value: SUB });
  expect(see(["user", "email"])).toEqual({ state: "present", value: "nora@example.com" });
  expect(see(["user", "groups"])).toEqual({ state: "present", value: ["a"] });
  expect(see(["client", "id"])).toEqual({ state: "present", value: "web" });
  expect(see(["client", "metadata", "wish"])).toEqual({ state: "present", value: "x" });
  expect(see(["staff", "role"])).toEqual({ state: "present", value: "nurse" });
  expect(see(["staff", "limit"])).toEqual({ state: "invalid" });
  expect(see(["staff", "phone"])).toEqual({ state: "absent" });
});

test("what was never declared is not known, whatever the row holds", () => {
  const see = look({ state: "found", row: new Map([["secret", "x"]]) });
  expect(see(["staff", "secret"])).toEqual({ state: "failed" });
  expect(see(["user", "phone_number"])).toEqual({ state: "failed" });
  expect(see(["user", "__proto__"])).toEqual({ state: "failed" });
});

test.for([
  ["missing", "SOURCE_MISSING", 'source "staff": no row for this subject'],
  ["failed", "SOURCE_UNAVAILABLE", 'source "staff": its row could not be read'],
] as const)("a row that is %s refuses the token under deny", ([state, code, message]) => {
  expect(() => look({ state })).toThrow(expect.objectContaining({ code, message }));
});

test("a missing row is an empty one under onMissing: empty, and a failed one still refuses", () => {
  const staff = plan.sources["staff"];
  const lenient = aPlan({ sources: staff ? { staff: { ...staff, onMissing: "empty" } } : {} });
  expect(lookUp(lenient, subject, requests, [{ state: "missing" }])(["staff", "role"])).toEqual({ state: "absent" });
  expect(() => lookUp(lenient, subject, requests, [{ state: "failed" }])).toThrow(
    expect.objectContaining({ code: "SOURCE_UNAVAILABLE" }),
  );
});
