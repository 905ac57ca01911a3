import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asked } from "../../../local/playground/asked.ts";
import type { Start } from "../../../local/playground/messages.ts";
import { type ServedPlayground, servePlayground } from "../../../local/playground/server.ts";
import type { Ending } from "../../../local/playground/threaded-engine.ts";

const SECRET = "anna@clinic.example";
const TEXTS = { map: "", event: SECRET, rows: "", setting: "" };
const start = { examples: [], ceilings: [], version: "1.2.3" } as unknown as Start;
const html = '<meta name="csp-nonce" content="__CSP_NONCE__">';
const files = new Map([
  ["index.html", { type: "text/html; charset=utf-8", bytes: Buffer.from(html) }],
  ["assets/page.js", { type: "text/javascript; charset=utf-8", bytes: Buffer.from("go();") }],
]);

const asked: Asked[] = [];
let ending: Ending = { answer: { cases: [], diagnostics: [] } };
let wakes = 0;
const engine = {
  wake: () => {
    wakes += 1;
  },
  ask: async (one: Asked): Promise<Ending> => {
    asked.push(one);
    return ending;
  },
};

let served: ServedPlayground;
let address: URL;
beforeAll(async () => {
  served = await servePlayground({ files, start, engine });
  address = new URL(served.url);
});
afterAll(() => served.stop());

type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** One request as it is given; `path` is relative to the page. */
function send(
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body = "",
  root = address.pathname,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: address.port, method, path: root + path, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    sent.on("error", reject).end(body);
  });
}

const ownHeaders = (): OutgoingHttpHeaders => ({ origin: address.origin, "content-type": "application/json" });
const post = (path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Got> =>
  send("POST", path, { ...ownHeaders(), ...headers }, typeof body === "string" ? body : JSON.stringify(body));

describe("the page", () => {
  test("lies behind a token of 128 bits on 127.0.0.1, a new one each time", async () => {
    const other = await servePlayground({ files, start, engine });
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
    expect(new URL(other.url).pathname).not.toBe(address.pathname);
    await other.stop();
  });

  test("may run its own scripts and styles, and those it makes with the nonce of its own answer", async () => {
    const [one, two] = [await send("GET", ""), await send("GET", "")];
    const nonces = [one, two].map(({ body }) => /content="([A-Za-z0-9+/=]{24})"/.exec(body)?.[1]);
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(one.status).toBe(200);
    expect(one.headers["content-security-policy"]).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonces[0]}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(wakes).toBeGreaterThan(0);
  });

  test("has its files by their names and types, and no others", async () => {
    const script = await send("GET", "assets/page.js");
    expect([script.status, script.headers["content-type"], script.body]).toEqual([
      200,
      "text/javascript; charset=utf-8",
      "go();",
    ]);
    for (const path of [
      "assets",
      "assets/",
      "assets/../index.html",
      "../package.json",
      "assets/%2e%2e/index.html",
      "__proto__",
      "assets/page.js/",
    ]) {
      expect([path, (await send("GET", path)).status]).toEqual([path, 404]);
    }
  });

  test("is answered to HEAD without a body", async () => {
    const { status, headers, body } = await send("HEAD", "");
    expect([status, body, Number(headers["content-length"]) > 20]).toEqual([200, "", true]);
  });

  test("that was not built is said to be missing", async () => {
    const bare = await servePlayground({ files: new Map(), start, engine });
    const got = await fetch(bare.url);
    expect([got.status, await got.text()]).toEqual([503, "the playground's page is not built: npm run build"]);
    await bare.stop();
  });

  test("every answer, good or bad, forbids what nobody needs", async () => {
    const answers = [
      await send("GET", ""),
      await send("GET", "none"),
      await send("PUT", ""),
      await post("api/run", "{"),
      await send("GET", "", { host: "evil.example" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 405, 400, 403]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": expect.stringContaining("default-src 'none'"),
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});

describe("who may ask", () => {
  test("nobody without the token learns even that there is a page", async () => {
    for (const root of ["/", "/wrong/", `/${"A".repeat(22)}/`, address.pathname.slice(0, -2)]) {
      const answers = [await send("GET", "", {}, "", root), await send("GET", "api/start", {}, "", root)];
      expect(answers.map(({ status, body }) => [status, body])).toEqual(
        answers.map(() => [404, '{"error":"there is nothing here"}']),
      );
    }
  });

  test.for(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "[::1]"])(
    "a name that is not this server's own is turned away: %j",
    async (host) => {
      const { status, body } = await send("GET", "", { host });
      expect([status, body]).toEqual([403, '{"error":"this server answers to loopback names only"}']);
    },
  );

  test("an address that lost its slash leads to the page", async () => {
    const { status, headers } = await send("GET", "", {}, "", address.pathname.slice(0, -1));
    expect([status, headers["location"]]).toEqual([308, address.pathname]);
  });

  test("localhost is a name of its own", async () => {
    const host = `localhost:${address.port}`;
    expect((await send("GET", "", { host })).status).toBe(200);
    expect((await post("api/run", { ...TEXTS, faults: {} }, { host, origin: `http://${host}` })).status).toBe(200);
  });

  test.for([["http://evil.example"], ["null"], ["http://127.0.0.1"], [undefined], ["https://127.0.0.1:1"]] as const)(
    "a post from another origin is turned away, one without an origin too: %s",
    async ([origin]) => {
      const before = asked.length;
      const headers = { "content-type": "application/json", ...(origin !== undefined && { origin }) };
      const { status, body } = await send("POST", "api/run", headers, JSON.stringify({ ...TEXTS, faults: {} }));
      expect([status, body, asked.length]).toEqual([403, '{"error":"this request comes from another site"}', before]);
    },
  );

  test("what a browser says comes from another site is turned away, but for a link that is followed", async () => {
    const cross = { "sec-fetch-site": "cross-site" };
    expect((await send("GET", "api/start", { ...cross, "sec-fetch-mode": "cors" })).status).toBe(403);
    expect(
      (await send("GET", "assets/page.js", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" })).status,
    ).toBe(403);
    expect((await send("GET", "", { ...cross, "sec-fetch-mode": "navigate" })).status).toBe(200);
    expect((await post("api/run", { ...TEXTS, faults: {} }, { ...cross, "sec-fetch-mode": "navigate" })).status).toBe(
      403,
    );
  });
});

describe("what may be asked", () => {
  test("the start is there for GET", async () => {
    const { status, headers, body } = await send("GET", "api/start");
    expect([status, headers["content-type"], JSON.parse(body)]).toEqual([
      200,
      "application/json; charset=utf-8",
      start,
    ]);
  });

  test("a request is handed on as it is meant, and the answer is what was made of it", async () => {
    const body = { ...TEXTS, faults: { staff: "late" }, name: "a test", more: 1 };
    const { status, body: text } = await post("api/test", body);
    expect([status, JSON.parse(text)]).toEqual([200, { cases: [], diagnostics: [] }]);
    expect(asked.at(-1)).toEqual({ what: "test", body: { ...TEXTS, faults: { staff: "late" }, name: "a test" } });
    await post("api/turn", { ...TEXTS, to: { events: "V1" } });
    expect(asked.at(-1)).toEqual({ what: "turn", body: { ...TEXTS, to: { events: "V1" } } });
    await post("api/run-tests", { example: "x", map: "y" });
    expect(asked.at(-1)).toEqual({ what: "run-tests", body: { example: "x", map: "y" } });
  });

  test("other methods and other types are turned away", async () => {
    const wrong: readonly (readonly [method: string, path: string, status: number, type?: string])[] = [
      ["GET", "api/run", 405],
      ["POST", "api/start", 405],
      ["POST", "index.html", 405],
      ["POST", "", 404],
      ["DELETE", "api/run", 405],
      ["OPTIONS", "api/run", 405],
      ["POST", "api/run", 415, "text/plain"],
      ["POST", "api/run", 415, "application/jsonp"],
    ];
    for (const [method, path, status, type = "application/json"] of wrong) {
      const got = await send(method, path, { ...ownHeaders(), "content-type": type }, method === "POST" ? "{}" : "");
      expect([method, path, type, got.status]).toEqual([method, path, type, status]);
    }
  });

  test.for([
    ["api/run", "{"],
    ["api/run", "[]"],
    ["api/run", TEXTS],
    ["api/run", { ...TEXTS, faults: { staff: 1 } }],
    ["api/run", { ...TEXTS, map: null, faults: {} }],
    ["api/turn", { ...TEXTS, to: { events: "V4" } }],
    ["api/test", { ...TEXTS, faults: {}, name: " " }],
    ["api/run-tests", { example: 1, map: "" }],
  ] as const)("a body of another form is refused, and nothing of it is repeated: %s %j", async ([path, body]) => {
    const before = asked.length;
    const got = await post(path, body);
    expect([got.status, asked.length]).toEqual([400, before]);
    expect(JSON.stringify(got)).not.toContain(SECRET);
  });

  test("a body of more than 1 MiB is not read to its end, whether or not it says how long it is", async () => {
    const long = JSON.stringify({ ...TEXTS, map: "x".repeat(1024 * 1024), faults: {} });
    expect((await post("api/run", long, { "content-length": Buffer.byteLength(long) })).status).toBe(413);
    const chunked = await new Promise<string>((resolve) => {
      const socket = connect(Number(address.port), "127.0.0.1", () => {
        const head = [
          `POST ${address.pathname}api/run HTTP/1.1`,
          `host: ${address.host}`,
          `origin: ${address.origin}`,
          "content-type: application/json",
          "transfer-encoding: chunked",
          "",
          "",
        ];
        const part = "x".repeat(64 * 1024);
        socket.write(head.join("\r\n"));
        for (let sent = 0; sent < 17; sent += 1) socket.write(`10000\r\n${part}\r\n`);
      });
      socket.once("data", (data) => {
        resolve(String(data).split("\r\n")[0] ?? "");
        socket.destroy();
      });
      socket.on("error", () => {});
    });
    expect(chunked).toBe("HTTP/1.1 413 Payload Too Large");
  });

  test.for([
    ["late", 503, "this took too long and was ended"],
    ["broken", 500, "the playground's engine broke; this is a defect of claimseal"],
  ] as const)("an evaluation that is %s has a status of its own", async ([none, status, error]) => {
    const before = ending;
    ending = { none };
    const got = await post("api/run", { ...TEXTS, faults: {} });
    ending = before;
    expect([got.status, JSON.parse(got.body)]).toEqual([status, { error }]);
  });
});
