import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canSuppress,
  claimRule,
  foldClaimName,
  isReservedClaim,
  RESERVED_CLAIMS,
  RESERVED_CLAIMS_READ_ON,
  RESERVED_CLAIMS_SOURCES,
  type TokenKind,
} from "../../cognito/reserved-claims.ts";
import { runs } from "../runs.ts";

const tokens: readonly TokenKind[] = ["id", "access"];

test("the list of reserved claims says when it was read and where", () => {
  expect(RESERVED_CLAIMS_READ_ON).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  for (const source of RESERVED_CLAIMS_SOURCES) {
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/cognito\/latest\/developerguide\//);
  }
});

// The union of what AWS reserves in either token, written out again so that no entry can get lost unnoticed.
const union =
  "acr amr at_hash aud auth_time azp client_id cognito:groups cognito:username cognito:anything dev:anything device_key event_id exp " +
  "iat identities iss jti nbf nonce origin_jti scope sub token_use username version cognito:roles cognito:preferred_role";

test.for(union.split(" "))("%s is reserved in both tokens", (name) => {
  for (const token of tokens) expect(isReservedClaim(token, name)).toBe(true);
});

test.for([
  ["Sub", "upper case"],
  ["ISS", "upper case"],
  ["ｓｕｂ", "full width letters"],
  ["ſub", "a long s"],
  ["su\u200bb", "a zero-width space inside"],
  ["\ufeffexp", "a byte order mark in front"],
  ["iß", "a sharp s, which folds to ss"],
  ["iẞ", "a capital sharp s"],
  ["COGNITO:Whatever", "upper case in a family"],
  ["ｄev:x", "a full width letter in a family"],
] as const)("%s (%s) passes for the name it looks like", ([name]) => {
  for (const token of tokens) expect(isReservedClaim(token, name)).toBe(true);
});

test.for([
  "tenant_id",
  "email",
  "custom:tenant_id",
  "https://example.com/tenant",
  "subject",
  "cognito",
  "dev",
  "developer:x",
  "__proto__",
  "constructor",
  "",
])("%s is free in both tokens", (name) => {
  for (const token of tokens) {
    expect(isReservedClaim(token, name)).toBe(false);
    expect(claimRule(token, name)).toBe("free");
    expect(canSuppress(token, name)).toBe(true);
  }
});

test.for([
  ["id", "sub", "fixed", false],
  ["id", "cognito:username", "fixed", false],
  ["id", "cognito:user_status", "fixed", false],
  ["id", "identities", "fixed", false],
  ["id", "aud", "fixed", false],
  ["id", "dev:custom:badge", "suppress-only", true],
  ["id", "cognito:groups", "groups", true],
  ["id", "cognito:roles", "groups", false],
  ["id", "username", "assumed", false],
  ["access", "username", "fixed", false],
  ["access", "aud", "client-id", true],
  ["access", "scope", "scopes", false],
  ["access", "cognito:groups", "groups", true],
  ["access", "cognito:roles", "fixed", false],
  ["access", "identities", "assumed", false],
] as const)("in the %s token %s is %s", ([token, name, rule, suppressible]) => {
  expect(claimRule(token, name)).toBe(rule);
  expect(canSuppress(token, name)).toBe(suppressible);
});

test("Cognito's own comparison is exact: Sub is another claim than sub", () => {
  expect(claimRule("access", "Sub")).toBe("free");
});

test("exact names stand before the families that cover them", () => {
  const misplaced = RESERVED_CLAIMS.filter((entry, place) => {
    const earlier = RESERVED_CLAIMS.slice(0, place);
    return "name" in entry && earlier.some((other) => "family" in other && entry.name.startsWith(other.family));
  });
  expect(misplaced).toStrictEqual([]);
});

test("folding a claim name twice changes nothing more, for any character and any name", () => {
  const unfinished: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const once = foldClaimName(String.fromCodePoint(code));
    if (foldClaimName(once) !== once) unfinished.push(`U+${code.toString(16)}`);
  }
  expect(unfinished).toStrictEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const once = foldClaimName(name);
      expect(foldClaimName(once)).toBe(once);
    }),
    { numRuns: runs(2000) },
  );
});

test("letter case never decides whether a name is reserved", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      expect(isReservedClaim("id", name.toUpperCase())).toBe(isReservedClaim("id", name.toLowerCase()));
    }),
    { numRuns: runs(2000) },
  );
});
