import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesArn, matchesWildcard } from "../../../local/policy/wildcard.ts";

const role = "arn:aws:iam::111122223333:role/app/care-reader";

describe("a wildcard pattern", () => {
  test.for<readonly [string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["?", "", false],
    ["a?c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "abcd", false],
    ["a*b*c", "aXbXbXc", true],
    ["*ab", "aab", true],
    ["*.", "a.b", false],
    ["a${*}c", "a*c", true],
    ["a${*}c", "abc", false],
    ["${?}${$}*", "?$x", true],
  ])("%o against %o: %s", ([pattern, text, expected]) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  test("agrees with the regular expression of the same meaning", () => {
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        expect(matchesWildcard(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("an ARN pattern", () => {
  test.for<readonly [string, boolean]>([
    [role, true],
    ["arn:aws:iam::111122223333:role/*", true],
    ["arn:aws:iam::*:role/app/*", true],
    ["arn:*:iam::111122223333:role/app/care-reade?", true],
    ["arn:aws:iam::111122223333:role/care-reader", false],
    ["arn:aws:iam:*", false],
    ["arn:aws:*:role/app/care-reader", false],
    ["*", false],
  ])("%s covers the role: %s", ([pattern, expected]) => {
    expect(matchesArn(pattern, role)).toBe(expected);
  });

  test("takes the colons of the last part as part of it", () => {
    expect(matchesArn("arn:aws:lambda:*:*:function:*", "arn:aws:lambda:eu-west-1:111122223333:function:f:1")).toBe(
      true,
    );
  });

  test("covers nothing that is no ARN", () => {
    expect(matchesArn("arn:aws:iam::*:*", "anonymous")).toBe(false);
    expect(matchesArn("arn:aws:iam::*:*", "arn:aws:iam::111122223333")).toBe(false);
  });
});
