import { expect, test } from "vitest";
import { ClaimsError } from "../../claims/claims-error.ts";
import { Refusal, refusalOf } from "../../triggers/refusal.ts";

test("an error of ours keeps its code and its detail, and people see the fixed text", () => {
  const refusal = refusalOf(new ClaimsError("SOURCE_MISSING", 'source "staff": no row for this subject'));
  expect(refusal).toMatchObject({
    name: "Refusal",
    code: "SOURCE_MISSING",
    message: "This account is not set up for this application. Please contact your administrator (SOURCE_MISSING)",
    detail: 'source "staff": no row for this subject',
  });
  expect(refusal.cause).toBeUndefined();
});

test("a map's own code stands behind MAP_, and people read one text for all of them", () => {
  const refusal = refusalOf(new ClaimsError("MAP_SUSPENDED", 'refuse "SUSPENDED": its condition is true'));
  expect(refusal).toMatchObject({
    code: "MAP_SUSPENDED",
    message: "This account cannot sign in to this application. Please contact your administrator (MAP_SUSPENDED)",
    detail: 'refuse "SUSPENDED": its condition is true',
  });
});

test.for([
  ["an error with a code of no map's form", new ClaimsError("MAP_nora@example.com", "nora@example.com")],
  ["an error with a code that goes on", new ClaimsError("MAP_X\nnora", "nora@example.com")],
  ["an error that only a start can have", new ClaimsError("HOOK_MISSING", "nora")],
  ["an unknown error", new TypeError("Cannot read nora@example.com")],
  ["an error of another world with a code", Object.assign(new Error("nora@example.com"), { code: "DEADLINE" })],
  [
    "an error whose code is a property every object has",
    Object.assign(new ClaimsError("KEY_ALIAS", "x"), { code: "toString" }),
  ],
  ["a thrown string", "nora@example.com"],
  ["nothing", undefined],
] as const)("%s becomes INTERNAL, with nothing of it left", ([, thrown]) => {
  const refusal = refusalOf(thrown);
  expect(refusal).toMatchObject({
    code: "INTERNAL",
    message: "Sign-in is out of order. Please contact the operator (INTERNAL)",
    detail: "",
  });
  expect(refusal.stack).not.toContain("nora");
});

test("a refusal stays what it is", () => {
  const refusal = new Refusal("TOKEN_OVERSIZE");
  expect(refusalOf(refusal)).toBe(refusal);
});
