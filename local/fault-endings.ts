import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";

/** How a request that meets a fault ends. */
export type FaultEnding =
  /** With the service's own answer. */
  | { readonly kind: "answer" }
  /** Never: a black hole. */
  | { readonly kind: "hang" }
  /** With a TCP reset. */
  | { readonly kind: "reset" }
  /** With the end of the proxy's half of the connection, in place of an answer. */
  | { readonly kind: "half-close" }
  /** In the middle of the service's own answer. */
  | { readonly kind: "truncate" }
  /** With the service's own answer, so many bytes at a time. */
  | { readonly kind: "drip"; readonly bytes: number; readonly everyMs: number }
  /** With the service's own answer, changed. */
  | { readonly kind: "alter"; readonly body: (body: string) => string }
  /** With an error as AWS's JSON protocols have them, whatever was asked. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly message?: string }
  /** With this text and status 200, whatever was asked. */
  | { readonly kind: "text"; readonly body: string }
  /** With so many bytes of nothing and status 200. */
  | { readonly kind: "flood"; readonly bytes: number };

/** What a service answered. */
export type ServiceAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

const FRAMING: ReadonlySet<string> = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);
const NOTHING: Buffer = Buffer.alloc(65_536, " ");

/**
 * Ends one request as `ending` says; `ask` gets the service's answer where one is needed. Rejects where the service
 * cannot be asked, where the client goes away before the end of a long answer, and once `signal` aborts.
 */
export async function endRequest(
  ending: FaultEnding,
  response: ServerResponse,
  ask: () => Promise<ServiceAnswer>,
  signal: AbortSignal,
): Promise<void> {
  switch (ending.kind) {
    case "answer":
      send(response, await ask());
      return;
    case "hang":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "half-close":
      response.socket?.end();
      return;
    case "truncate": {
      const { status, headers, body } = await ask();
      response.writeHead(status, ownHeaders(headers, body.length));
      response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
      return;
    }
    case "drip": {
      const { status, headers, body } = await ask();
      response.writeHead(status, ownHeaders(headers, body.length));
      await pipeline(pieces(body, ending, signal), response);
      return;
    }
    case "alter": {
      const { body, ...answer } = await ask();
      send(response, { ...answer, body: Buffer.from(ending.body(body.toString())) });
      return;
    }
    case "error": {
      const { status, code, message = "injected" } = ending;
      const body = Buffer.from(JSON.stringify({ __type: code, message }));
      send(response, { status, headers: { "content-type": "application/x-amz-json-1.1" }, body });
      return;
    }
    case "text":
      send(response, { status: 200, headers: {}, body: Buffer.from(ending.body) });
      return;
    case "flood":
      response.writeHead(200, { "content-length": String(ending.bytes) });
      await pipeline(nothing(ending.bytes), response);
      return;
  }
}

function send(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  response.writeHead(status, ownHeaders(headers, body.length)).end(body);
}

/** The headers of an answer that is so long. How it is framed, and when, is between the proxy and its own client. */
function ownHeaders(headers: IncomingHttpHeaders, length: number): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !FRAMING.has(name));
  return { ...Object.fromEntries(kept), "content-length": String(length) };
}

async function* pieces(
  body: Buffer,
  { bytes, everyMs }: { readonly bytes: number; readonly everyMs: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let from = 0; from < body.length; from += bytes) {
    yield body.subarray(from, from + bytes);
    await pause(everyMs, undefined, { signal });
  }
}

function* nothing(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= NOTHING.length) yield NOTHING.subarray(0, left);
}
