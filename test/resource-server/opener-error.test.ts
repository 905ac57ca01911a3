import { inspect } from "node:util";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { fromCryptoError, isOpenerError, type OpenerCode, OpenerError } from "../../resource-server/opener-error.ts";

test.for<readonly [OpenerCode, string, number]>([
  ["TOKEN_INVALID", "TOKEN_INVALID", 401],
  ["TOKEN_USE", "TOKEN_USE", 401],
  ["SCOPE_MISSING", "SCOPE_MISSING", 403],
  ["TOKEN_UNGOVERNED", "TOKEN_UNGOVERNED", 401],
  ["SEALED_ABSENT", "SEALED_ABSENT", 403],
  ["SEALED_MALFORMED", "SEALED_INVALID", 401],
  ["SEALED_INTEGRITY", "SEALED_INVALID", 401],
  ["SEALED_BINDING", "SEALED_INVALID", 401],
  ["KEY_ACCESS_DENIED", "KEY_ACCESS_DENIED", 500],
  ["KEY_UNAVAILABLE", "KEY_UNAVAILABLE", 503],
  ["DIGESTS_MALFORMED", "TOKEN_INVALID", 401],
  ["DISCLOSURE_MALFORMED", "DISCLOSURE_INVALID", 400],
  ["DISCLOSURE_REPEATED", "DISCLOSURE_INVALID", 400],
  ["DISCLOSURE_FOREIGN", "DISCLOSURE_INVALID", 400],
  ["DISCLOSURE_NAME", "DISCLOSURE_INVALID", 400],
])("%s is %s to callers, with status %i", ([code, publicCode, status]) => {
  const error = new OpenerError(code, "what happened");
  expect(error).toMatchObject({ name: "OpenerError", code, publicCode, status, message: "what happened" });
});

test("an opener's error is known by its brand, not by its class", () => {
  const twin = Object.defineProperty(new Error("x"), Symbol.for("claimseal.OpenerError"), { value: true });
  expect(isOpenerError(new OpenerError("TOKEN_INVALID", "x"))).toBe(true);
  expect(isOpenerError(twin)).toBe(true);
  for (const other of [new Error("x"), null, undefined, "OpenerError", { code: "TOKEN_INVALID" }]) {
    expect(isOpenerError(other)).toBe(false);
  }
});

test("the brand is not printed", () => {
  expect(inspect(new OpenerError("TOKEN_INVALID", "x"))).not.toContain("Symbol(");
});

test("errors of crypto/ keep their code and text, and others are passed on as they are", () => {
  expect(fromCryptoError(new CryptoError("SEALED_BINDING", "why"))).toEqual(new OpenerError("SEALED_BINDING", "why"));
  const bug = new TypeError("a bug");
  expect(fromCryptoError(bug)).toBe(bug);
});
