import { describe, expect, test } from "vitest";
import {
  ADMIN_SCOPE,
  PERSONAL_ATTRIBUTES,
  SELF_SERVICE_SCOPES,
  STANDARD_ATTRIBUTES,
} from "../../cognito/standard-attributes.ts";
import { visibleProfile } from "../../cognito/visible-profile.ts";

const attributes = new Set([
  "sub",
  "email",
  "email_verified",
  "phone_number",
  "phone_number_verified",
  "name",
  "custom:tenant_id",
  "identities",
]);
const all = [...attributes];
const email = ["sub", "email", "email_verified"];
const phone = ["sub", "phone_number", "phone_number_verified"];

describe("what the bearer of an access token can fetch", () => {
  test.for([
    ["nothing at all", [], null, null],
    ["custom scopes alone", ["care-api/chart.read"], null, null],
    ["email without openid", ["email"], null, null],
    ["openid alone", ["openid"], all, null],
    ["openid beside a custom scope", ["openid", "care-api/chart.read"], all, null],
    ["openid email", ["openid", "email"], email, null],
    ["openid phone", ["openid", "phone"], phone, null],
    ["openid email phone", ["openid", "email", "phone"], [...email, ...phone.slice(1)], null],
    ["openid profile", ["openid", "profile"], all, null],
    ["openid email profile", ["openid", "email", "profile"], all, null],
    ["the admin scope", [ADMIN_SCOPE], null, all],
    ["the admin scope beside openid email", ["openid", "email", ADMIN_SCOPE], email, all],
    ["openid in capitals", ["OPENID"], null, null],
  ] as const)("%s", ([, scopes, userInfo, getUser]) => {
    expect(visibleProfile(scopes, attributes)).toStrictEqual({ userInfo, getUser });
  });

  test("only what the person has, and nothing of what Cognito keeps beside the profile", () => {
    const few = new Map([
      ["sub", "s-1"],
      ["email", "a@example.com"],
      ["cognito:user_status", "CONFIRMED"],
      ["cognito:email_alias", "a@example.com"],
    ]);
    expect(visibleProfile(["openid", "profile", ADMIN_SCOPE], few)).toStrictEqual({
      userInfo: ["sub", "email"],
      getUser: ["sub", "email"],
    });
  });

  test("without the self-service scopes nothing can be fetched", () => {
    const left = ["care-api/chart.read", ...SELF_SERVICE_SCOPES].filter(
      (scope) => !SELF_SERVICE_SCOPES.includes(scope),
    );
    expect(visibleProfile(left, attributes)).toStrictEqual({ userInfo: null, getUser: null });
  });
});

test("the self-service scopes are the five that AWS reserves", () => {
  expect([...SELF_SERVICE_SCOPES].toSorted()).toStrictEqual([
    "aws.cognito.signin.user.admin",
    "email",
    "openid",
    "phone",
    "profile",
  ]);
});

test("standard attributes, identities and aliases are personal; the sub and custom attributes are not by themselves", () => {
  const personal = [...STANDARD_ATTRIBUTES, "identities", "cognito:email_alias", "cognito:phone_number_alias"];
  expect([...PERSONAL_ATTRIBUTES].toSorted()).toStrictEqual(personal.toSorted());
  for (const name of ["sub", "custom:tenant_id", "cognito:user_status"])
    expect(PERSONAL_ATTRIBUTES.has(name)).toBe(false);
});
