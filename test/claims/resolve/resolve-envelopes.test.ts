import { expect, test } from "vitest";
import { aClaim, aPlan, aSubject } from "../a-plan.ts";
import { no, ref, resolve } from "./resolving.ts";

const sealed = {
  claims: [
    aClaim("phone", ref("phone"), { to: [], sealFor: ["care-api"] }),
    aClaim("note", ref("role"), { to: [], sealFor: ["care-api"], when: no }),
  ],
  envelopes: [{ resourceServer: "care-api", claims: ["phone", "note"] }],
};

test("an envelope is there exactly when the final scopes hold one of its resource server, whatever is inside", () => {
  const withScope = { ...sealed, scopes: [{ add: ["care/read"], remove: [] }] };
  const full = resolve(withScope, { phone: "+1" }).envelopes;
  const empty = resolve(withScope).envelopes;
  expect(full.map(({ claims }) => [...claims])).toEqual([
    [
      ["phone", "+1"],
      ["note", null],
    ],
  ]);
  expect(empty.map(({ claims }) => [...claims])).toEqual([
    [
      ["phone", null],
      ["note", null],
    ],
  ]);
  expect(resolve(sealed, { phone: "+1" }).envelopes).toEqual([]);
  expect(resolve(sealed, { phone: "+1" }, aSubject({ scopes: ["careless/read"] })).envelopes).toEqual([]);
});

test("an envelope must be sealed when one of its claims is required or restricts", () => {
  const scopes = [{ add: ["care/read"], remove: [] }];
  const one = (effect: "informs" | "restricts", required: boolean): boolean | undefined =>
    resolve(
      {
        claims: [aClaim("phone", ref("phone"), { to: [], sealFor: ["care-api"], effect, required })],
        envelopes: [{ resourceServer: "care-api", claims: ["phone"] }],
        scopes,
      },
      { phone: "+1" },
    ).envelopes[0]?.mustSeal;
  expect(one("informs", false)).toBe(false);
  expect(one("informs", true)).toBe(true);
  expect(one("restricts", false)).toBe(true);
});

const seal = { key: "arn:aws:kms:{partition.region}:111122223333:key/care", region: "{partition.region}" };
const server = { identifier: "care", scopes: [], readers: [], claim: "sealed_care_api" };

const partitioned = aPlan({
  partition: { by: ref("country"), values: { DE: { region: "eu-central-1" } } },
  resourceServers: { "care-api": { ...server, seal: { ...seal, mode: "envelope" } } },
});

test("the key of an envelope is the one of the subject's partition", () => {
  const withScope = { ...sealed, scopes: [{ add: ["care/read"], remove: [] }] };
  const { envelopes } = resolve(withScope, { region: "eu-central-1" }, aSubject(), { plan: partitioned });
  expect(envelopes.map((envelope) => envelope.seal)).toMatchObject([
    { key: "arn:aws:kms:eu-central-1:111122223333:key/care", region: "eu-central-1" },
  ]);
});

test("an envelope whose partition cannot be told refuses the token", () => {
  const withScope = { ...sealed, scopes: [{ add: ["care/read"], remove: [] }] };
  expect(() => resolve(withScope, {}, aSubject(), { plan: partitioned })).toThrow(
    expect.objectContaining({
      code: "PARTITION_UNKNOWN",
      message: 'partition: nothing is known as "region" for this subject',
    }),
  );
});

test("a claim that is required refuses the token even where no scope asks for its envelope", () => {
  const claims = [aClaim("phone", ref("phone"), { to: [], sealFor: ["care-api"], required: true })];
  expect(() => resolve({ ...sealed, claims, envelopes: [{ resourceServer: "care-api", claims: ["phone"] }] })).toThrow(
    expect.objectContaining({ code: "CLAIM_REQUIRED", message: 'claim "phone" is required and unknown' }),
  );
});

test("a resource server without a key is a mistake in the program, and no reason to leave something out", () => {
  const plan = aPlan({ resourceServers: { "care-api": server } });
  expect(() => resolve(sealed, {}, aSubject(), { plan })).toThrow(
    new TypeError('resource server "care-api" has no key'),
  );
});
