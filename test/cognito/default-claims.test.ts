import { describe, expect, test } from "vitest";
import { defaultClaims, type Issued } from "../../cognito/default-claims.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { eventNames, sample, sampleAs, withRequest } from "./events.ts";

const sub = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";
const uuid = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;

const tokens = (
  event: unknown,
  issued: Issued = {},
): { readonly id: TokenClaims | null; readonly access: TokenClaims } => {
  const { id, access } = defaultClaims(readSubject(event), issued);
  return { id: id && Object.fromEntries(id), access: Object.fromEntries(access) };
};

/** The sign-in behind the token files of the collection. */
const google = withRequest(sample("v3.hosted-auth"), {
  userAttributes: {
    sub,
    "cognito:user_status": "EXTERNAL_PROVIDER",
    identities: JSON.stringify([
      {
        userId: "104729000000000000001",
        providerName: "Google",
        providerType: "Google",
        issuer: null,
        primary: true,
        dateCreated: 1700000000000,
      },
    ]),
    email_verified: "true",
    email: "nora.lind@example.com",
    given_name: "Nora",
  },
  groupConfiguration: {
    groupsToOverride: ["tenant-blue"],
    iamRolesToOverride: ["arn:aws:iam::111122223333:role/blue"],
    preferredRole: "arn:aws:iam::111122223333:role/blue",
  },
  scopes: ["openid", "profile", "email", "claims-api/read"],
});

describe("the token payloads of the collection", () => {
  const issued: Issued = {
    iat: 1763800000,
    jti: { id: uuid(3), access: uuid(5) },
    nonce: "abcdefg",
    deviceKey: `eu-west-1_${uuid(4)}`,
    acr: "urn:cognito:loa:4",
    amr: ["pwd", "otp", "mfa"],
  };

  test("a federated person's ID token, claim for claim", () => {
    expect(tokens(google, issued).id).toStrictEqual(sampleAs("token.id.default"));
  });

  test("a person's access token, claim for claim", () => {
    expect(tokens(google, issued).access).toStrictEqual(sampleAs("token.access.default"));
  });

  test("a machine's access token, claim for claim, and no ID token", () => {
    const machine = { iat: 1763800000, jti: { id: uuid(0), access: uuid(6) } };
    expect(tokens(sample("v3.client-credentials"), machine)).toStrictEqual({
      id: null,
      access: sampleAs("token.access.m2m"),
    });
  });
});

describe("the ID token", () => {
  const names = (event: unknown) => Object.keys(tokens(event).id ?? {});

  test.for(["v1.authentication", "v2.authentication", "v2.refresh-tokens", "v3.hosted-auth"])(
    "%s shows every attribute but those Cognito keeps to itself",
    (name) => {
      const attributes = Object.keys(sample(name).request.userAttributes ?? {});
      const shown = attributes.filter((attribute) => !attribute.startsWith("cognito:"));
      expect(shown.length).toBeGreaterThan(3);
      expect(
        names(sample(name))
          .filter((claim) => attributes.includes(claim))
          .toSorted(),
      ).toStrictEqual(shown.toSorted());
    },
  );

  test("openid email shows the email and nothing else of the profile", () => {
    const claims = names(withRequest(sample("v2.hosted-auth"), { scopes: ["openid", "email"] }));
    expect(claims).toEqual(expect.arrayContaining(["sub", "email", "email_verified", "cognito:username"]));
    for (const hidden of ["phone_number", "given_name", "custom:tenant_id"]) expect(claims).not.toContain(hidden);
  });

  test("the identities are there whatever the scopes", () => {
    expect(names(withRequest(google, { scopes: ["openid", "email"] }))).toContain("identities");
  });

  test("a sign-in without openid and not through the API brings none", () => {
    expect(tokens(withRequest(google, { scopes: ["claims-api/read"] })).id).toBeNull();
  });

  test("attributes are text, but for the verified flags and the address", () => {
    const userAttributes = {
      sub,
      email_verified: "true",
      phone_number_verified: "false",
      address: "Main Street 1",
      updated_at: "1700000000",
      "custom:level": "3",
      "custom:admin": "true",
    };
    expect(tokens(withRequest(sample("v2.authentication"), { userAttributes })).id).toMatchObject({
      email_verified: true,
      phone_number_verified: false,
      address: { formatted: "Main Street 1" },
      updated_at: "1700000000",
      "custom:level": "3",
      "custom:admin": "true",
    });
  });

  test.for(["", "not json", '"text"', "{}", '[{"userId":'])("identities that read %j are left out", (identities) => {
    expect(names(withRequest(google, { userAttributes: { sub, identities } }))).not.toContain("identities");
  });

  test("an attribute cannot pass itself off as what Cognito states", () => {
    const userAttributes = { sub, exp: "1", token_use: "access", "cognito:username": "someone else", aud: "other" };
    expect(tokens(withRequest(google, { userAttributes })).id).toMatchObject({
      token_use: "id",
      exp: 1763803600,
      "cognito:username": sub,
      aud: "3exampleclientid0000000001",
    });
  });

  test("without groups there is no claim for them", () => {
    const claims = names(sample("v2.hosted-auth"));
    expect(claims).toEqual(expect.arrayContaining(["cognito:groups", "cognito:roles", "cognito:preferred_role"]));
    expect(names(sample("v3.hosted-auth")).filter((name) => /groups|role/.test(name))).toStrictEqual([]);
  });

  test("of a list of preferred roles the first counts", () => {
    const groupConfiguration = { preferredRole: ["arn:first", "arn:second"] };
    expect(tokens(withRequest(google, { groupConfiguration })).id).toMatchObject({
      "cognito:preferred_role": "arn:first",
    });
  });
});

describe("the access token", () => {
  test.for(eventNames)("%s brings one with its sub, its client and its scopes", (name) => {
    const event = sample(name);
    const subject = readSubject(event);
    expect(tokens(event).access).toMatchObject({
      sub: subject.sub,
      client_id: subject.clientId,
      token_use: "access",
      scope: (event.request.scopes ?? ["aws.cognito.signin.user.admin"]).join(" "),
    });
  });

  test("it holds nothing of the profile but the user name", () => {
    const { access } = tokens(sample("v2.authentication"));
    expect(Object.keys(access).toSorted()).toStrictEqual(
      "auth_time client_id cognito:groups event_id exp iat iss jti origin_jti scope sub token_use username".split(" "),
    );
  });

  test("the issuer follows from region and pool, unless it is another one", () => {
    expect(tokens(google).access["iss"]).toBe("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_ExAmPlE01");
    expect(tokens(google, { issuer: "https://issuer.example.com" })).toMatchObject({
      id: { iss: "https://issuer.example.com" },
      access: { iss: "https://issuer.example.com" },
    });
  });

  test("times and marks of the issue are taken over", () => {
    const issued = { iat: 100, exp: { id: 400, access: 300 }, authTime: 50, originJti: "o", eventId: "e" };
    const both = { iat: 100, auth_time: 50, origin_jti: "o", event_id: "e" };
    expect(tokens(google, issued)).toMatchObject({ id: { ...both, exp: 400 }, access: { ...both, exp: 300 } });
  });

  test("a V1 sign-in has the scopes it is said to have", () => {
    const { id, access } = tokens(sample("v1.authentication"), { scopes: ["openid", "email"] });
    expect(access).toMatchObject({ scope: "openid email" });
    expect(id).not.toHaveProperty("given_name");
  });
});
