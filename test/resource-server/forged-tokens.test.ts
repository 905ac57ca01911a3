import { createHmac, createSign } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  accessClaims,
  accessToken,
  header,
  issuer,
  jwk,
  type Payload,
  poolKey,
  type Service,
  seconds,
  service,
  sign,
  spoiled,
  strangersKey,
} from "./service.ts";

const b64 = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");
const headed = (change: object): string => JSON.stringify({ kid: poolKey.kid, alg: "RS256", ...change });

/** A token whose envelope would open: KMS is asked for it as soon as anything lets the token through. */
const claims = ({ envelope }: Service, change: Payload = {}): Payload =>
  accessClaims({ sealed_care_api: envelope(), ...change });
const payload = (kit: Service, change: Payload = {}): string => JSON.stringify(claims(kit, change));
const good = (kit: Service, change: Payload = {}): string => sign(header(), payload(kit, change));

/** Changes one part of a good token: 0 the header, 1 the payload, 2 the signature. */
const changed = (kit: Service, part: number, change: (text: string) => string): string =>
  good(kit)
    .split(".")
    .map((text, index) => (index === part ? change(text) : text))
    .join(".");

/** Another spelling of a 256-byte signature: its last character has four bits to spare. */
const respelt = (signature: string): string => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1)!) ^ 1]!;
};

function hs256(kit: Service): string {
  const input = `${b64(headed({ alg: "HS256" }))}.${b64(payload(kit))}`;
  const pem = poolKey.publicKey.export({ type: "spki", format: "pem" });
  return `${input}.${createHmac("sha256", pem).update(input).digest("base64url")}`;
}

function rs512(kit: Service): string {
  const input = `${b64(headed({ alg: "RS512" }))}.${b64(payload(kit))}`;
  return `${input}.${createSign("RSA-SHA512").update(input).sign(poolKey.privateKey, "base64url")}`;
}

const forms: readonly (readonly [why: string, message: string, token: (kit: Service) => unknown])[] = [
  ["no algorithm", "is not signed with RS256", (kit) => sign(headed({ alg: "none" }), payload(kit))],
  [
    "no algorithm and no signature",
    "has a signature that is not canonical base64url",
    (kit) => `${b64(header())}.${b64(payload(kit))}.`,
  ],
  ["an HMAC keyed with the public key", "is not signed with RS256", hs256],
  ["a stronger hash than the one expected", "is not signed with RS256", rs512],
  ["an algorithm in lower case", "is not signed with RS256", (kit) => sign(headed({ alg: "rs256" }), payload(kit))],
  [
    "a key id that is a path",
    "has no well-formed key id",
    (kit) => sign(headed({ kid: "../../dev/null" }), payload(kit)),
  ],
  ["no key id", "has no well-formed key id", (kit) => sign(headed({ kid: undefined }), payload(kit))],
  [
    "a key id of 129 characters",
    "has no well-formed key id",
    (kit) => sign(headed({ kid: "k".repeat(129) }), payload(kit)),
  ],
  ...[
    { jku: "https://keys.example/jwks" },
    { x5u: "https://keys.example/cert" },
    { jwk: {} },
    { x5c: [] },
    { crit: ["exp"] },
    { b64: false },
    { zip: "DEF" },
    { enc: "A256GCM" },
  ].map(
    (extra) =>
      [
        `the header member ${Object.keys(extra).join()}`,
        "has a header member other than alg, kid and typ",
        (kit: Service) => sign(headed(extra), payload(kit)),
      ] as const,
  ),
  [
    "an algorithm named twice",
    "has a header that is not a JSON object with distinct members, at most 16 levels deep",
    (kit) => sign(`{"alg":"none",${header().slice(1)}`, payload(kit)),
  ],
  [
    "a claim named twice",
    "has a payload that is not a JSON object with distinct members, at most 16 levels deep",
    (kit) => sign(header(), `{"sub":"somebody-else",${payload(kit).slice(1)}`),
  ],
  [
    "a claim named twice in two spellings",
    "has a payload that is not a JSON object with distinct members, at most 16 levels deep",
    (kit) => sign(header(), `{"s\\u0075b":"somebody-else",${payload(kit).slice(1)}`),
  ],
  [
    "a payload that is a list",
    "has a payload that is not a JSON object with distinct members, at most 16 levels deep",
    (kit) => sign(header(), `[${payload(kit)}]`),
  ],
  [
    "a payload 17 levels deep",
    "has a payload that is not a JSON object with distinct members, at most 16 levels deep",
    (kit) => sign(header(), `{"deep":${"[".repeat(16)}${"]".repeat(16)},${payload(kit).slice(1)}`),
  ],
  [
    "a payload that is not UTF-8",
    "has a payload that is not UTF-8",
    (kit) => changed(kit, 1, () => b64(Buffer.from('{"a":"\xff"}', "latin1"))),
  ],
  ["a padded signature", "has a signature that is not canonical base64url", (kit) => `${good(kit)}==`],
  ["a re-spelt signature", "has a signature that is not canonical base64url", (kit) => changed(kit, 2, respelt)],
  [
    "a payload in the other alphabet",
    "has a payload that is not canonical base64url",
    (kit) => changed(kit, 1, (text) => `${text.slice(0, 40)}+${text.slice(41)}`),
  ],
  ["white space behind", "has a signature that is not canonical base64url", (kit) => `${good(kit)}\n`],
  ["the header's word in front", "has a header that is not canonical base64url", (kit) => `Bearer ${good(kit)}`],
  ["two parts", "does not have three parts", (kit) => good(kit).split(".").slice(0, 2).join(".")],
  ["five parts", "does not have three parts", (kit) => `${good(kit)}.a.b`],
  ["nothing", "does not have three parts", () => ""],
  ["no text", "is not a string", () => undefined],
  ["an object with a text", "is not a string", (kit) => ({ toString: () => good(kit) })],
  [
    "16,385 characters",
    "is longer than 16384 characters",
    (kit) => good(kit, { filler: "x".repeat(16_384) }).slice(0, 16_385),
  ],
  [
    "two megabytes",
    "is longer than 16384 characters",
    (kit) => sign(header(), payload(kit, { filler: "x".repeat(2 ** 21) })),
  ],
  ...(["exp", "iat", "iss", "sub", "token_use"] as const).flatMap((name) =>
    [undefined, null, [claims]].map(
      (value) =>
        [
          `${name} ${value === undefined ? "missing" : `as ${JSON.stringify(value)}`}`,
          `has no ${name}, or none that is a ${name === "exp" || name === "iat" ? "number" : "string"}`,
          (kit: Service) => good(kit, { [name]: value }),
        ] as const,
    ),
  ),
  ["exp as text", "has no exp, or none that is a number", (kit) => good(kit, { exp: String(seconds() + 60) })],
  ["an empty sub", "has no sub, or none that is a string", (kit) => good(kit, { sub: "" })],
];

const tokens: readonly (readonly [why: string, message: string, token: (kit: Service) => unknown])[] = [
  ...forms,
  ["somebody's own key", "names a key that is not the user pool's", (kit) => accessToken(claims(kit), strangersKey)],
  [
    "somebody's own key under the pool's key id",
    "has a signature that does not verify",
    (kit) => sign(header(), payload(kit), strangersKey),
  ],
  ["a spoiled signature", "has a signature that does not verify", (kit) => changed(kit, 2, spoiled)],
  [
    "another payload under the same signature",
    "has a signature that does not verify",
    (kit) => changed(kit, 1, () => b64(payload(kit, { scope: "care-api/chart.read care-api/everything" }))),
  ],
  [
    "another pool",
    "was not issued by this user pool",
    (kit) => good(kit, { iss: issuer.replace(/_.*/, "_ZyXwVuTsR") }),
  ],
  ["another region", "was not issued by this user pool", (kit) => good(kit, { iss: issuer.replace("eu-", "us-") })],
  ["an issuer with a slash more", "was not issued by this user pool", (kit) => good(kit, { iss: `${issuer}/` })],
  [
    "another app client",
    "was issued to an app client that is not taken here",
    (kit) => good(kit, { client_id: "somebody-elses-app" }),
  ],
  [
    "a list of app clients",
    "was issued to an app client that is not taken here",
    (kit) => good(kit, { client_id: ["4mk2clinicweb"] }),
  ],
  ["its time over", "has expired", (kit) => good(kit, { exp: seconds() - 3_600 })],
  ["its time to come", "is not valid yet", (kit) => good(kit, { nbf: seconds() + 3_600 })],
  ["its issue to come", "was issued in the future", (kit) => good(kit, { iat: seconds() + 3_600 })],
];

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test.for(tokens)("a token with %s is refused, and KMS hears nothing of it", async ([, message, token]) => {
  const kit = service();
  const outcome = await failure(kit.opener.open(token(kit) as string));
  expect(outcome).toMatchObject({ code: "TOKEN_INVALID", status: 401, message: `the token ${message}` });
  expect(kit.asked).toEqual([]);
});

test("the same token without the forgery opens", async () => {
  const kit = service();
  await expect(kit.opener.open(good(kit))).resolves.toBeDefined();
  await expect(kit.opener.open(sign(headed({ typ: "JWT" }), payload(kit)))).resolves.toBeDefined();
  expect(kit.asked).toHaveLength(2);
});

test("an ID token is refused, and KMS hears nothing of it", async () => {
  const kit = service();
  const idToken = good(kit, { token_use: "id", aud: "4mk2clinicweb" });
  expect(await failure(kit.opener.open(idToken))).toMatchObject({ code: "TOKEN_USE", status: 401 });
  expect(kit.asked).toEqual([]);
});

describe("mutations of fifty tokens", () => {
  const alphabet = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n");

  /** Ways to change a token that its signature does not cover: by its text, its bytes, its claims, or with another's. */
  const change = fc.oneof(
    fc
      .record({ at: fc.nat(), by: fc.constantFrom(...alphabet, ""), cut: fc.constantFrom(0, 1) })
      .map(({ at, by, cut }) => (token: string): string => {
        const place = at % token.length;
        return token.slice(0, place) + by + token.slice(place + cut);
      }),
    fc.record({ part: fc.nat(2), at: fc.nat(), bit: fc.nat(7) }).map(
      ({ part, at, bit }) =>
        (token: string): string =>
          withPart(token, part, (bytes) => {
            bytes[at % bytes.length]! ^= 1 << bit;
            return bytes;
          }),
    ),
    fc.record({ part: fc.nat(2), length: fc.nat() }).map(
      ({ part, length }) =>
        (token: string): string =>
          withPart(token, part, (bytes) => bytes.subarray(0, length % bytes.length)),
    ),
    fc.nat().map(
      (length) =>
        (token: string): string =>
          token.slice(0, length % token.length),
    ),
    fc.nat(2).map((part) => (token: string, other: string): string => {
      const parts = token.split(".");
      parts[part] = other.split(".")[part]!;
      return parts.join(".");
    }),
    fc
      .record({
        claim: fc.constantFrom("sub", "scope", "client_id", "exp", "iss", "cmv", "admin"),
        value: fc.jsonValue(),
      })
      .map(
        ({ claim, value }) =>
          (token: string): string =>
            withPart(token, 1, (bytes) =>
              Buffer.from(JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), [claim]: value })),
            ),
      ),
    fc.constantFrom("none", "HS256", "RS512", "ES256", "PS256").map(
      (alg) =>
        (token: string): string =>
          withPart(token, 0, () => Buffer.from(headed({ alg }))),
    ),
  );

  function withPart(token: string, part: number, edit: (bytes: Buffer) => Uint8Array): string {
    return token
      .split(".")
      .map((text, index) => (index === part ? b64(edit(Buffer.from(text, "base64url"))) : text))
      .join(".");
  }

  test("are refused ten thousand times, and KMS hears of none", async () => {
    const kit = service();
    const signed = Array.from({ length: 50 }, (_, nth) => good(kit, { jti: `token-${nth}`, clinic_id: `c${nth}` }));
    for (const token of signed) await kit.opener.open(token);
    const asked = kit.asked.length;
    const pair = fc.record({ token: fc.constantFrom(...signed), other: fc.constantFrom(...signed) });
    await fc.assert(
      fc.asyncProperty(pair, change, async ({ token, other }, mutate) => {
        const forged = mutate(token, other);
        fc.pre(!signed.includes(forged));
        expect(await failure(kit.opener.open(forged))).toMatchObject({ name: "OpenerError", code: "TOKEN_INVALID" });
      }),
      { numRuns: 10_000 },
    );
    expect([asked, kit.asked.length]).toEqual([50, 50]);
  }, 60_000);
});

test("refusals hold nothing of the token", async () => {
  const kit = service();
  for (const [, , token] of tokens) {
    const error = (await failure(kit.opener.open(token(kit) as string))) as Error;
    expect(error.cause).toBeUndefined();
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(
      /somebody|7d8ca528|clinicweb|c42|chart|_ZyX|keys\.example/,
    );
  }
});

test("a flood of unknown key ids costs one fetch of the pool's keys", async () => {
  let fetches = 0;

  const kit = service({
    jwks: {
      fetch: async () => {
        fetches += 1;
        return { keys: [jwk(poolKey)] };
      },
    },
  });
  await kit.opener.open(good(kit));
  for (let times = 0; times < 200; times += 1) {
    const forged = sign(headed({ kid: `unknown${times}` }), payload(kit), strangersKey);
    expect(await failure(kit.opener.open(forged))).toMatchObject({ code: "TOKEN_INVALID" });
  }
  await kit.opener.open(good(kit));
  expect(fetches).toBe(2);
});

describe("clocks that differ", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are forgiven a minute, and not more", async () => {
    const issued = seconds();
    vi.useFakeTimers({ toFake: ["Date"] });
    const kit = service({ seal: null });
    const token = accessToken({ iat: issued, exp: issued + 300 });
    const at = async (seconds: number): Promise<unknown> => {
      vi.setSystemTime(seconds * 1000);
      return failure(kit.opener.open(token));
    };
    expect(await at(issued - 60)).toHaveProperty("claims");
    expect(await at(issued - 61)).toMatchObject({ message: "the token was issued in the future" });
    expect(await at(issued + 300 + 60)).toHaveProperty("claims");
    expect(await at(issued + 300 + 61)).toMatchObject({ message: "the token has expired" });
  });
});
