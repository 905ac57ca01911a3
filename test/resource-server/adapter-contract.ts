import { request } from "node:http";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { AdapterOptions } from "../../resource-server/authenticate.ts";
import type { Opener } from "../../resource-server/opener.ts";
import type { OpenerError } from "../../resource-server/opener-error.ts";
import { accessToken, type Service, seconds, service, spoiled } from "./service.ts";

export type Answer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: string;
};

/** Header lines as a client sends them: names as it spells them, and more than one of a name. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/**
 * A service in a framework, with two routes: `/charts` answers `{ clinic, licence }` of what was opened, and `/orders`
 * does the same for tokens that have the scope `care-api/order.write` too.
 */
export type StartService = (opener: Opener, options: AdapterOptions) => Promise<RunningService>;

export type RunningService = {
  readonly ask: (path: "/charts" | "/orders", headers: HeaderLines) => Promise<Answer>;
  readonly stop: () => Promise<void>;
};

/** What the two routes answer. */
export function chart(auth: Awaited<ReturnType<Opener["open"]>>): { clinic: unknown; licence: unknown } {
  return { clinic: auth.claims["clinic_id"], licence: auth.sealed["licence_no"]?.reveal() };
}

/** Sends header lines as they are to a server on loopback. */
export function askOverHttp(port: number, path: string, headers: HeaderLines): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, headers: ["Host", "127.0.0.1", ...headers.flat()] },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers as Answer["headers"],
            body: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

const CARE = 'Bearer realm="care-api"';
const INVALID = `${CARE}, error="invalid_token"`;
const BAD = `${CARE}, error="invalid_request"`;

type Case = readonly [
  why: string,
  headers: (kit: Service) => HeaderLines,
  status: number,
  challenge: string | undefined,
  error: string,
];

const bearer = (token: string): HeaderLines => [["Authorization", `Bearer ${token}`]];
const good = ({ envelope }: Service, change: object = {}): string =>
  accessToken({ sealed_care_api: envelope(), ...change });

const CASES: readonly Case[] = [
  ["no Authorization header", () => [], 401, CARE, "TOKEN_INVALID"],
  ["an empty one", () => [["Authorization", ""]], 401, CARE, "TOKEN_INVALID"],
  ["another scheme", (kit) => [["Authorization", `Basic ${good(kit)}`]], 401, CARE, "TOKEN_INVALID"],
  ["a token bound by DPoP", (kit) => [["Authorization", `DPoP ${good(kit)}`]], 401, CARE, "TOKEN_INVALID"],
  ["a token without a scheme", (kit) => [["Authorization", good(kit)]], 401, CARE, "TOKEN_INVALID"],
  ["a scheme that begins like it", (kit) => [["Authorization", `Bearers ${good(kit)}`]], 401, CARE, "TOKEN_INVALID"],
  ["the scheme alone", () => [["Authorization", "Bearer"]], 400, BAD, "TOKEN_INVALID"],
  ["two tokens in one header", (kit) => bearer(`${good(kit)} ${good(kit)}`), 400, BAD, "TOKEN_INVALID"],
  ["two tokens, joined", (kit) => bearer(`${good(kit)}, Bearer ${good(kit)}`), 400, BAD, "TOKEN_INVALID"],
  ["two headers", (kit) => [...bearer(good(kit)), ...bearer(good(kit))], 400, BAD, "TOKEN_INVALID"],
  [
    "two headers spelled differently",
    (kit) => [
      ["authorization", "Bearer x"],
      ["AUTHORIZATION", `Bearer ${good(kit)}`],
    ],
    400,
    BAD,
    "TOKEN_INVALID",
  ],
  ["a token in the wrong header", (kit) => [["X-Authorization", `Bearer ${good(kit)}`]], 401, CARE, "TOKEN_INVALID"],
  ["14,000 characters of nothing", () => bearer("x".repeat(14_000)), 401, INVALID, "TOKEN_INVALID"],
  ["a token that has expired", (kit) => bearer(good(kit, { exp: seconds() - 3_600 })), 401, INVALID, "TOKEN_INVALID"],
  [
    "an ID token",
    (kit) => bearer(good(kit, { token_use: "id", aud: "web" })),
    401,
    `${INVALID}, error_description="This is an ID token: send the access token"`,
    "TOKEN_USE",
  ],
  ["a token of another client", (kit) => bearer(good(kit, { client_id: "another" })), 401, INVALID, "TOKEN_INVALID"],
  ["a token no map has touched", (kit) => bearer(good(kit, { cmv: undefined })), 401, INVALID, "TOKEN_UNGOVERNED"],
  [
    "a token without the scope",
    (kit) => bearer(good(kit, { scope: "care-api/chart.write" })),
    403,
    `${CARE}, error="insufficient_scope", scope="care-api/chart.read"`,
    "SCOPE_MISSING",
  ],
  ["a token without an envelope", () => bearer(accessToken()), 403, undefined, "SEALED_ABSENT"],
  ["a malformed envelope", () => bearer(accessToken({ sealed_care_api: "1~x~y" })), 401, INVALID, "SEALED_INVALID"],
  [
    "a broken envelope",
    (kit) => {
      const [version, wrapped = "", jwe] = kit.envelope().split("~");
      return bearer(accessToken({ sealed_care_api: [version, spoiled(wrapped), jwe].join("~") }));
    },
    401,
    INVALID,
    "SEALED_INVALID",
  ],
  [
    "somebody else's envelope",
    ({ envelope }) => bearer(accessToken({ sealed_care_api: envelope({}, { to: "somebody-else" }) })),
    401,
    INVALID,
    "SEALED_INVALID",
  ],
];

/** What every adapter must do with a request. */
export function keepsTheContract(start: StartService): void {
  const running = async <T>(
    kit: Service,
    options: AdapterOptions,
    use: (ask: RunningService["ask"]) => Promise<T>,
  ): Promise<T> => {
    const { ask, stop } = await start(kit.opener, options);
    try {
      return await use(ask);
    } finally {
      await stop();
    }
  };

  test.for<readonly [string, string]>([
    ["Authorization", "Bearer"],
    ["authorization", "bearer"],
    ["AUTHORIZATION", "BEARER"],
  ])("opens the token of %s: %s", async ([name, scheme]) => {
    const kit = service();
    const { status, body } = await running(kit, {}, (ask) => ask("/charts", [[name, `${scheme} ${good(kit)}`]]));
    expect([status, JSON.parse(body)]).toEqual([200, { clinic: "c42", licence: "DE-48213377" }]);
  });

  test.for(CASES)("refuses %s", async ([, headers, status, challenge, error]) => {
    const kit = service();
    const refused: OpenerError[] = [];
    const answer = await running(kit, { onRefused: (each) => refused.push(each) }, (ask) =>
      ask("/charts", headers(kit)),
    );
    expect([answer.status, answer.headers["www-authenticate"], answer.body]).toEqual([
      status,
      challenge,
      JSON.stringify({ error }),
    ]);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(refused.map(({ publicCode }) => publicCode)).toEqual([error]);
  });

  test("asks more of a route that says so", async () => {
    const kit = service();
    await running(kit, {}, async (ask) => {
      const refused = await ask("/orders", bearer(good(kit)));
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([
        403,
        `${CARE}, error="insufficient_scope", scope="care-api/order.write"`,
      ]);
      expect(kit.asked).toEqual([]);
      const ordered = await ask("/orders", bearer(good(kit, { scope: "care-api/chart.read care-api/order.write" })));
      expect(ordered.status).toBe(200);
    });
  });

  test.for([
    ["KEY_ACCESS_DENIED", 500, undefined],
    ["KEY_UNAVAILABLE", 503, "5"],
  ] as const)("answers %s with %i", async ([code, status, retryAfter]) => {
    const kit = service();
    kit.kms.fail = new CryptoError(code, "KMS names key/care and arn:aws:iam::111122223333:role/care");
    const answer = await running(kit, {}, (ask) => ask("/charts", bearer(good(kit))));
    expect([answer.status, answer.headers["retry-after"], answer.body]).toEqual([
      status,
      retryAfter,
      JSON.stringify({ error: code }),
    ]);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
  });
}
