import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Loopback, listenLoopback } from "../loopback.ts";
import { ASKED, readAsked } from "./asked.ts";
import { guard } from "./guard.ts";
import type { Failure, Start } from "./messages.ts";
import type { PageFiles } from "./page-files.ts";
import { ALWAYS, contentSecurityPolicy } from "./page-headers.ts";
import { readBody } from "./read-body.ts";
import type { ThreadedEngine } from "./threaded-engine.ts";

export type ServedPlayground = {
  /** With the token in its path: who has it may use the page. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

export type PlaygroundParts = {
  readonly files: PageFiles;
  readonly start: Start;
  readonly engine: Pick<ThreadedEngine, "ask" | "wake">;
};

type Served = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly location?: string;
};

/** What a browser shows where the page is missing. */
export const NOT_BUILT = "the playground's page is not built: npm run build";

/**
 * Serves the page and answers it, on 127.0.0.1 and nowhere else. Nothing of a request is kept, logged, or repeated in an
 * answer, but in what was made of its texts.
 *
 * @param token For tests; anybody else gets a new one of 128 bits.
 */
export async function servePlayground(
  { files, start, engine }: PlaygroundParts,
  port = 0,
  token: string = randomBytes(16).toString("base64url"),
): Promise<ServedPlayground> {
  const started = JSON.stringify(start);
  let loopback: Loopback | undefined;
  const { pathWithin, turnedAway } = guard(token, () => loopback?.port ?? 0);

  async function served(request: IncomingMessage, signal: AbortSignal, nonce: string): Promise<Served | null> {
    const { method = "GET", headers } = request;
    const away = turnedAway(method, headers);
    if (away) return failure(away.status, away.error);
    const url = (request.url ?? "/").split("?")[0] ?? "/";
    const path = pathWithin(url);
    if (path === null) return failure(404, "there is nothing here");
    const what = ASKED.find((each) => path === `api/${each}`);
    if (method !== "POST") {
      if (what) return failure(405, "this takes POST alone");
      if (path === "api/start") return { status: 200, type: JSON_TYPE, body: started };
      // Without the slash at its end, which is easily lost, the page would look for its files beside the token.
      if (path === "" && !url.endsWith("/")) return { ...failure(308, "the page is here"), location: `/${token}/` };
      return page(path, nonce);
    }
    if (what === undefined)
      return failure(path === "api/start" || files.has(path) ? 405 : 404, "nothing takes POST here");
    const body = await readBody(request);
    if (body === null) return failure(413, "this is more than 1 MiB");
    const asked = readAsked(what, parsed(body));
    if (asked === null) return failure(400, "the body is not of the form that messages.ts says");
    const ending = await engine.ask(asked, signal);
    if ("answer" in ending) return { status: 200, type: JSON_TYPE, body: JSON.stringify(ending.answer) };
    if (ending.none === "gone") return null;
    return ending.none === "late"
      ? failure(503, "this took too long and was ended")
      : failure(500, "the playground's engine broke; this is a defect of claimseal");
  }

  function page(path: string, nonce: string): Served {
    const name = path === "" ? "index.html" : path;
    const file = files.get(name);
    if (files.size === 0) return { status: 503, type: "text/plain; charset=utf-8", body: NOT_BUILT };
    if (file === undefined) return failure(404, "there is nothing here");
    engine.wake();
    const body = name === "index.html" ? file.bytes.toString("utf8").replaceAll("__CSP_NONCE__", nonce) : file.bytes;
    return { status: 200, type: file.type, body };
  }

  const server = createServer((request, response) => {
    void answer(request, response, served);
  });
  loopback = await listenLoopback(server, port);
  return { url: `${loopback.url}/${token}/`, stop: loopback.stop };
}

const JSON_TYPE = "application/json; charset=utf-8";

function failure(status: number, error: string): Served {
  return { status, type: JSON_TYPE, body: JSON.stringify({ error } satisfies Failure) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: (request: IncomingMessage, signal: AbortSignal, nonce: string) => Promise<Served | null>,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const nonce = randomBytes(16).toString("base64");
  let given: Served | null;
  try {
    given = await served(request, gone.signal, nonce);
  } catch {
    // A request that broke off while it was read; there is nobody to tell.
    given = null;
  }
  if (given === null) {
    response.destroy();
    return;
  }
  const { status, type, body, location } = given;
  const headers = {
    ...ALWAYS,
    "content-security-policy": contentSecurityPolicy(nonce),
    "content-type": type,
    "content-length": String(Buffer.byteLength(body)),
    ...(location !== undefined && { location }),
    // What is left of a body that nobody reads must not be taken for the next request.
    ...(request.complete ? {} : { connection: "close" }),
  };
  response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
