import { describe, expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { OpenerOptions } from "../../resource-server/opener-options.ts";
import {
  accessToken,
  careKey,
  clientId,
  issuer,
  jwk,
  laterKey,
  type Payload,
  poolKey,
  type Service,
  seconds,
  service,
  strangersKey,
  sub,
  updatedIssuer,
} from "./service.ts";

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("a token with an envelope", () => {
  test("opens to its claims, its secrets, its scopes and its map", async () => {
    const { opener, envelope, asked } = service();
    const auth = await opener.open(accessToken({ sealed_care_api: envelope() }));
    expect(auth.claims).toMatchObject({ sub, clinic_id: "c42", iss: issuer });
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
    expect(auth.sealed["blood_type"]?.reveal()).toBeNull();
    expect(Object.keys(auth.sealed)).toEqual(["licence_no", "blood_type"]);
    expect(auth.has("care-api/chart.write")).toBe(true);
    expect(auth.has("care-api/chart")).toBe(false);
    expect(auth.meta).toEqual({ map: "clinic-eu", revision: "2026-11-22.1" });
    expect(asked).toEqual([
      {
        keyId: careKey,
        context: { "claimseal:aud": "care-api", "claimseal:pool": "eu-central-1_AbCdEfGhI", "claimseal:v": "1" },
      },
    ]);
  });

  test("opens under the pool's other issuer too", async () => {
    const { opener, envelope } = service();
    const auth = await opener.open(accessToken({ iss: updatedIssuer, sealed_care_api: envelope() }));
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
  });

  test("shows none of it when it is printed", async () => {
    const { opener, envelope } = service();
    const auth = await opener.open(accessToken({ sealed_care_api: envelope() }));
    expect(JSON.stringify(auth)).toContain('"licence_no":"[sealed]"');
    expect(JSON.stringify(auth)).not.toContain("DE-48213377");
  });

  test("has no claims of its own name beside those that were sent", async () => {
    const { opener, envelope } = service();
    const other = "1~somebody~else's";
    const auth = await opener.open(accessToken({ sealed_care_api: envelope(), sealed_billing_api: other }));
    expect(Object.keys(auth.claims).filter((name) => name.startsWith("sealed_"))).toEqual([]);
    expect(auth.claims["constructor"]).toBeUndefined();
    expect(auth.claims["toString"]).toBeUndefined();
    expect(auth.sealed["constructor"]).toBeUndefined();
  });

  test("opens for a machine, whose sub is its client id", async () => {
    const { opener, envelope } = service({ clientId: "5mchn" });
    const machine = { sub: "5mchn", client_id: "5mchn", username: undefined, "cognito:groups": undefined };
    const sealed = envelope({ account: "A-7781" }, { to: "5mchn" });
    const auth = await opener.open(accessToken({ ...machine, sealed_care_api: sealed }));
    expect(auth.sealed["account"]?.reveal()).toBe("A-7781");
  });
});

/** One token each, and what it is refused with; every other part of it is good. */
const refused: readonly (readonly [
  why: string,
  code: string,
  message: string,
  token: (kit: Service) => string,
  options?: Partial<OpenerOptions>,
])[] = [
  [
    "an ID token",
    "TOKEN_USE",
    "an ID token was sent; it tells the app who signed in and is no proof of what the bearer may do: send the access token",
    () => accessToken({ token_use: "id", aud: clientId, client_id: undefined, scope: undefined }),
  ],
  [
    "a token_use nobody knows",
    "TOKEN_INVALID",
    "the token does not verify",
    () => accessToken({ token_use: "Access" }),
  ],
  [
    "a token without the scope",
    "SCOPE_MISSING",
    "the token has none of the scopes care-api/chart.read",
    ({ envelope }) => accessToken({ scope: "care-api/chart.write", sealed_care_api: envelope() }),
  ],
  [
    "a token with a scope that only begins like it",
    "SCOPE_MISSING",
    "the token has none of the scopes care-api/chart.read",
    ({ envelope }) => accessToken({ scope: "care-api/chart.readonly", sealed_care_api: envelope() }),
  ],
  [
    "a token without any scope",
    "SCOPE_MISSING",
    "the token has none of the scopes care-api/chart.read, care-api/chart.write",
    () => accessToken({ scope: undefined }),
    { scope: ["care-api/chart.read", "care-api/chart.write"] },
  ],
  [
    "a token no map has touched",
    "TOKEN_UNGOVERNED",
    "the token was not made by the claim map clinic-eu",
    ({ envelope }) => accessToken({ cmv: undefined, sealed_care_api: envelope() }),
  ],
  [
    "a token of another map",
    "TOKEN_UNGOVERNED",
    "the token was not made by the claim map clinic-eu",
    ({ envelope }) => accessToken({ cmv: "clinic-eu-test@1", sealed_care_api: envelope() }),
  ],
  [
    "a token whose map version is no text",
    "TOKEN_UNGOVERNED",
    "the token was not made by the claim map clinic-eu",
    () => accessToken({ cmv: ["clinic-eu@1"] }),
  ],
  ["a token without an envelope", "SEALED_ABSENT", "the token has no claim sealed_care_api", () => accessToken()],
  [
    "a token with another server's envelope only",
    "SEALED_ABSENT",
    "the token has no claim sealed_care_api",
    ({ envelope }) => accessToken({ sealed_billing_api: envelope({}, { audience: "billing-api" }) }),
  ],
  [
    "an envelope that is no text",
    "SEALED_MALFORMED",
    "the claim sealed_care_api is not a string",
    () => accessToken({ sealed_care_api: { jwe: "x" } }),
  ],
  [
    "an envelope in another form",
    "SEALED_MALFORMED",
    "the envelope is not 1~...~...",
    () => accessToken({ sealed_care_api: "DE-48213377" }),
  ],
  [
    "an envelope sealed for another server",
    "SEALED_INTEGRITY",
    expect.stringMatching(/with a key of the list$/),
    ({ envelope }) => accessToken({ sealed_care_api: envelope({}, { audience: "billing-api" }) }),
  ],
  [
    "an envelope of another pool",
    "SEALED_INTEGRITY",
    expect.stringMatching(/with a key of the list$/),
    ({ envelope }) => accessToken({ sealed_care_api: envelope({}, { pool: "eu-central-1_Other" }) }),
  ],
  [
    "an envelope under a key that is not listed",
    "SEALED_INTEGRITY",
    expect.stringMatching(/with a key of the list$/),
    ({ envelope }) => accessToken({ sealed_care_api: envelope({}, { keyId: laterKey }) }),
  ],
  [
    "somebody else's envelope",
    "SEALED_BINDING",
    "the envelope belongs to another subject",
    ({ envelope }) => accessToken({ sealed_care_api: envelope({}, { to: "somebody-else" }) }),
  ],
  [
    "yesterday's envelope",
    "SEALED_BINDING",
    "the envelope was sealed for a token of another time",
    ({ envelope }) => accessToken({ sealed_care_api: envelope({}, { iat: seconds() - 86_400 }) }),
  ],
];

test.for(refused)("%s is refused with %s", async ([, code, message, token, options]) => {
  const kit = service(options);
  expect(await failure(kit.opener.open(token(kit)))).toMatchObject({ name: "OpenerError", code, message });
  expect(kit.asked.length > 0).toBe(/INTEGRITY|BINDING/.test(code));
});

describe("callers learn no more than they may", () => {
  test.for(refused)("from %s", async ([, code, , token, options]) => {
    const kit = service(options);
    const error = (await failure(kit.opener.open(token(kit)))) as { publicCode: string; status: number };
    const { publicCode, status } = error;
    expect([publicCode, status]).toEqual(
      /^SEALED_(MALFORMED|INTEGRITY|BINDING)$/.test(code)
        ? ["SEALED_INVALID", 401]
        : [code, code === "SCOPE_MISSING" || code === "SEALED_ABSENT" ? 403 : 401],
    );
  });
});

describe("a use that needs more than the service does", () => {
  const open = async (scope: string | readonly string[], granted: string) => {
    const { opener, envelope, asked } = service();
    const token = accessToken({ scope: `care-api/chart.read ${granted}`, sealed_care_api: envelope() });
    return { outcome: await failure(opener.open(token, { scope })), asked };
  };

  test("takes a token with one of the scopes it names", async () => {
    const { outcome } = await open(["care-api/order.write", "care-api/admin"], "care-api/admin");
    expect(outcome).toHaveProperty("sealed.licence_no");
  });

  test("refuses others before KMS is asked, and says which scopes it needed", async () => {
    const { outcome, asked } = await open(["care-api/order.write", "care-api/admin"], "care-api/chart.write");
    expect(outcome).toMatchObject({
      code: "SCOPE_MISSING",
      message: "the token has none of the scopes care-api/order.write, care-api/admin",
      scopes: ["care-api/order.write", "care-api/admin"],
    });
    expect(asked).toEqual([]);
  });

  test("cannot ask for another server's scope: that is a mistake, whatever the token", async () => {
    const { opener } = service();
    await expect(opener.open("no token", { scope: "billing-api/invoice.read" })).rejects.toThrow(
      new TypeError("createOpener: scope must be of this resource server: its identifier, a slash, and a name"),
    );
  });
});

describe("checks that were given up by name", () => {
  const open = async (options: Partial<OpenerOptions>, claims: Payload) => {
    const { opener, envelope } = service(options);
    return opener.open(accessToken({ sealed_care_api: envelope(), ...claims }));
  };

  test("any client, any scope, any map", async () => {
    await expect(open({ clientId: null }, { client_id: "another" })).resolves.toBeDefined();
    await expect(open({ scope: null }, { scope: undefined })).resolves.toBeDefined();
    const auth = await open({ map: null }, { cmv: undefined });
    expect(auth.meta).toEqual({ map: null, revision: null });
  });

  test("an envelope that may be missing is still never misread", async () => {
    const optional = { seal: { mode: "envelope", keys: [careKey], optional: true } } as const;
    expect((await open(optional, { sealed_care_api: undefined })).sealed).toEqual({});
    await expect(open(optional, { sealed_care_api: "damaged" })).rejects.toMatchObject({ code: "SEALED_MALFORMED" });
  });

  test("a service without sealed claims asks KMS for nothing", async () => {
    const { opener, envelope, asked } = service({ seal: null });
    const auth = await opener.open(accessToken({ sealed_care_api: envelope() }));
    expect(auth.sealed).toEqual({});
    expect(asked).toEqual([]);
  });

  test("a reader may want a narrower window of time", async () => {
    const narrow = { seal: { mode: "envelope", keys: [careKey], iatWindow: { min: 0, max: 5 } } } as const;
    const { opener, envelope } = service(narrow);
    const late = accessToken({ sealed_care_api: envelope({}, { iat: seconds() - 10 }) });
    await expect(opener.open(late)).rejects.toMatchObject({ code: "SEALED_BINDING" });
  });
});

describe("keys", () => {
  const both = { seal: { mode: "envelope", keys: [careKey, laterKey] } } as const;

  test("listed together open envelopes of either, tried in their order", async () => {
    const { opener, envelope, asked } = service(both);
    await opener.open(accessToken({ sealed_care_api: envelope({}, { keyId: careKey }) }));
    await opener.open(accessToken({ sealed_care_api: envelope({}, { keyId: laterKey }) }));
    expect(asked.map(({ keyId }) => keyId)).toEqual([careKey, careKey, laterKey]);
  });

  test.for([
    ["KEY_ACCESS_DENIED", 500, "KMS refuses the key: DisabledException"],
    ["KEY_UNAVAILABLE", 503, "KMS could not be asked: TimeoutError"],
  ] as const)("that KMS will not or cannot use give %s, status %i", async ([code, status, message]) => {
    const { opener, envelope, kms } = service();
    kms.fail = new CryptoError(code, message);
    expect(await failure(opener.open(accessToken({ sealed_care_api: envelope() })))).toMatchObject({
      name: "OpenerError",
      code,
      publicCode: code,
      status,
      message,
    });
  });
});

describe("the pool's signing keys", () => {
  test("out of reach are no fault of the token", async () => {
    const { opener } = service({ jwks: { fetch: () => Promise.reject(new Error("secret-host refused")) } });
    expect(await failure(opener.open(accessToken()))).toMatchObject({
      code: "KEY_UNAVAILABLE",
      status: 503,
      message: "the user pool's signing keys could not be fetched",
    });
  });

  test.for([
    ["no set", {}],
    ["a set without a list", { keys: "none" }],
    ["a key without a type", { keys: [{ kid: "x" }] }],
  ])("that are %s are no fault of the token either", async ([, keys]) => {
    const { opener } = service({ jwks: { fetch: async () => keys as { keys: object[] } } });
    expect(await failure(opener.open(accessToken()))).toMatchObject({
      code: "KEY_UNAVAILABLE",
      message: "the user pool's signing keys could not be read",
    });
  });

  test("are fetched once, from the pool's own address", async () => {
    const uris: string[] = [];
    const { opener } = service({
      seal: null,
      jwks: {
        fetch: async (uri) => {
          uris.push(uri);
          return { keys: [jwk(poolKey)] };
        },
      },
    });
    for (let times = 0; times < 3; times += 1) await opener.open(accessToken());
    expect(uris).toEqual([`${issuer}/.well-known/jwks.json`]);
  });

  test("are fetched anew after a rotation, and only once more", async () => {
    const published = [[jwk(poolKey)], [jwk(poolKey), jwk(strangersKey)]];
    let fetches = 0;
    const { opener } = service({
      seal: null,
      jwks: { fetch: async () => ({ keys: published[Math.min(fetches++, 1)]! }) },
    });
    await opener.open(accessToken());
    await opener.open(accessToken({}, strangersKey));
    await opener.open(accessToken({}, strangersKey));
    expect(fetches).toBe(2);
  });
});
