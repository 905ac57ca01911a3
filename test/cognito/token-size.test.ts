import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { Issued } from "../../cognito/default-claims.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { isReservedClaim } from "../../cognito/reserved-claims.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import { estimateTokenBytes, tokenBytes } from "../../cognito/token-size.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { runs } from "../runs.ts";
import { eventNames, poolVersionOf, safeClaims, sample, sampleAs, withRequest } from "./events.ts";

describe("the size of a token", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = Buffer.alloc(32, 7).toString("base64");
  const signed = (payload: { readonly [name: string]: JsonValue }) =>
    new SignJWT(payload).setProtectedHeader({ kid, alg: "RS256" }).sign(privateKey);

  test.for(["token.id.default", "token.access.default", "token.access.m2m"])(
    "%s is as long as it is once signed",
    async (name) => {
      const payload = sampleAs<{ readonly [name: string]: JsonValue }>(name);
      expect(tokenBytes(payload)).toBe((await signed(payload)).length);
    },
  );

  test("text counts by its bytes in JSON, not by its characters", async () => {
    const payload = { a: 'é€😀"\\\u0001\ud800', b: ["ü"], c: { ключ: null } };
    expect(tokenBytes(payload)).toBe((await signed(payload)).length);
  });

  test("every length of a payload is counted right", async () => {
    for (let length = 0; length < 12; length += 1) {
      const payload = { a: "x".repeat(length) };
      expect(tokenBytes(payload)).toBe((await signed(payload)).length);
    }
  });
});

describe("the estimate", () => {
  const issued: Issued = {
    iat: 1763800000,
    deviceKey: "eu-west-1_00000000-0000-4000-8000-000000000004",
    nonce: "n".repeat(43),
    atHash: "x".repeat(22),
    acr: "urn:cognito:loa:4",
    amr: ["pwd", "otp", "mfa"],
  };
  const value: fc.Arbitrary<JsonValue> = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
  const claimName = fc.stringMatching(/^[a-z_:]{1,12}$/).filter((name) => !isReservedClaim("access", name));
  const change = fc.record({
    add: fc.dictionary(claimName, value),
    suppress: fc.array(
      fc.oneof(claimName, fc.constantFrom("email", "given_name", "sub", "cognito:groups", "identities")),
    ),
  });
  const scope = fc.stringMatching(/^[a-z]{1,10}\/[a-z]{1,10}$/);

  test("no token is larger than it was estimated", () => {
    const changes = fc.record({
      name: fc.constantFrom(...eventNames),
      userName: fc.string({ minLength: 1, unit: "grapheme" }),
      id: change,
      access: change,
      scopesToAdd: fc.array(scope),
      scopesToSuppress: fc.array(fc.oneof(scope, fc.constantFrom("openid", "email", "claims-api/read"))),
      groups: fc.oneof(
        fc.constantFrom("leave" as const, "remove" as const),
        fc.record({ keepOnly: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }) }),
      ),
    });
    fc.assert(
      fc.property(changes, ({ name, userName, id, access, scopesToAdd, scopesToSuppress, groups }) => {
        const event = { ...sample(name), userName };
        const subject = readSubject(event);
        const textOnly = Object.fromEntries(Object.entries(id.add).map(([claim, of]) => [claim, JSON.stringify(of)]));
        const safe = safeClaims({
          id: subject.grant === "user" ? { ...id, add: subject.shape === "V1" ? textOnly : id.add } : null,
          access: subject.shape === "V1" ? null : { ...access, scopesToAdd, scopesToSuppress },
          groups,
        });
        const estimate = estimateTokenBytes(subject, safe);
        const response = writeResponse(event, subject, safe);
        const tokens = simulateTokens({ poolVersion: poolVersionOf(name), event, response, issued });
        expect(tokens.refused).toBeNull();
        expect(estimate.access).toBeGreaterThanOrEqual(tokenBytes(tokens.accessToken ?? {}));
        expect(estimate.id).toBeGreaterThanOrEqual(tokens.idToken ? tokenBytes(tokens.idToken) : 0);
      }),
      { numRuns: runs(1500) },
    );
  });

  test.for(eventNames)("it is not far above what %s brings at its plainest", (name) => {
    const event = sample(name);
    const subject = readSubject(event);
    const safe = safeClaims({
      id: subject.grant === "user" ? {} : null,
      access: subject.shape === "V1" ? null : {},
    });
    const tokens = simulateTokens({ poolVersion: poolVersionOf(name), event, response: event });
    const estimate = estimateTokenBytes(subject, safe);
    expect(estimate.access - tokenBytes(tokens.accessToken ?? {})).toBeLessThan(150);
    expect(estimate.id - (tokens.idToken ? tokenBytes(tokens.idToken) : 0)).toBeLessThan(350);
  });

  test("the version claim counts even where API sign-ins are taken to go without it", () => {
    const scoped = (one: string) => readSubject(withRequest(sample("v2.authentication"), { scopes: [one] }));
    const api = estimateTokenBytes(scoped("aws.cognito.signin.user.admin"), safeClaims({}));
    const custom = estimateTokenBytes(scoped("a-scope-of-the-same-length/ab"), safeClaims({}));
    expect(api.access).toBe(custom.access);
  });

  test("a machine has no ID token to measure, nor has a sign-in without openid", () => {
    const machine = readSubject(sample("v3.client-credentials"));
    expect(estimateTokenBytes(machine, safeClaims({ id: null })).id).toBe(0);
    const custom = readSubject(withRequest(sample("v2.hosted-auth"), { scopes: ["claims-api/read"] }));
    expect(estimateTokenBytes(custom, safeClaims({})).id).toBe(0);
  });

  test("a suppressed attribute makes the ID token smaller, a reserved name does not", () => {
    const subject = readSubject(sample("v2.authentication"));
    const plain = estimateTokenBytes(subject, safeClaims({}));
    expect(estimateTokenBytes(subject, safeClaims({ id: { suppress: ["email"] } })).id).toBeLessThan(plain.id);
    expect(estimateTokenBytes(subject, safeClaims({ id: { suppress: ["sub", "cognito:username"] } }))).toStrictEqual(
      plain,
    );
  });

  test("groups that go make both tokens smaller", () => {
    const subject = readSubject(sample("v2.authentication"));
    const plain = estimateTokenBytes(subject, safeClaims({}));
    const stripped = estimateTokenBytes(subject, safeClaims({ groups: "remove" }));
    expect(stripped.access).toBeLessThan(plain.access);
    expect(stripped.id).toBeLessThan(plain.id);
  });
});
