import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { endRequest, type FaultEnding, type ServiceAnswer } from "./fault-endings.ts";
import { type Loopback, listenLoopback } from "./loopback.ts";

/** What is wrong, with which requests, and how they end. */
export type Fault = {
  /** Meets requests of this operation only: `GetItem`, `GenerateDataKey`. */
  readonly operation?: string;
  /** Meets this share of requests, between 0 and 1, by chance. */
  readonly share?: number;
  /** Meets so many requests and no more. */
  readonly times?: number;
  /** Meets requests only on a connection that has carried one before. */
  readonly reused?: true;
  /** What a request waits for before it ends, in milliseconds. */
  readonly delayMs?: number;
  /** Up to so many milliseconds more, by chance. */
  readonly jitterMs?: number;
  /** With the service's answer, unless this says otherwise. */
  readonly end?: FaultEnding;
};

/** A request that came to the proxy. */
export type ProxiedRequest = {
  readonly operation: string;
  /** Milliseconds, by a clock that only runs forward. */
  readonly atMs: number;
  /** Whether its connection had carried one before. */
  readonly reused: boolean;
  /** How it ended, or was to end. */
  readonly end: FaultEnding["kind"];
};

/** A way to a service on which anything can be made to go wrong, while requests come. */
export type FaultProxy = Loopback & {
  /** Replaces whatever is wrong. The first fault that meets a request decides; without any, all is well. */
  readonly inject: (...faults: readonly Fault[]) => void;
  /** Everything that came, in order. */
  readonly requests: () => readonly ProxiedRequest[];
  /** How many requests came, of one operation or of all. */
  readonly count: (operation?: string) => number;
  /** Connections that clients hold open. */
  readonly openSockets: () => number;
  /** Requests that wait for an answer, or the rest of one, on a connection that is still open. */
  readonly waiting: () => number;
};

/**
 * Starts a proxy on 127.0.0.1 in front of a service that speaks one of AWS's JSON protocols.
 *
 * @param now What time it is where the service is, in milliseconds since the epoch: by the `Date` of its answers the SDK
 * sets its own clock.
 */
export async function startFaultProxy(
  service: string,
  now: () => number = Date.now,
  random: () => number = Math.random,
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const stopping = new AbortController();
  const sockets = new Map<Socket, number>();
  const waiting = new Set<ServerResponse>();
  const requests: ProxiedRequest[] = [];
  let faults: { readonly fault: Fault; left: number }[] = [];

  /** The fault a request meets, if any. */
  function metBy(operation: string, reused: boolean): Fault {
    const met = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.operation === undefined || fault.operation === operation) &&
        (fault.reused === undefined || reused) &&
        (fault.share === undefined || random() < fault.share),
    );
    if (met === undefined) return {};
    met.left -= 1;
    return met.fault;
  }

  async function serve(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const earlier = sockets.get(asked.socket) ?? 0;
    sockets.set(asked.socket, earlier + 1);
    waiting.add(response);
    response.once("close", () => waiting.delete(response));
    const operation = String(asked.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
    const { delayMs = 0, jitterMs = 0, end = { kind: "answer" } } = metBy(operation, earlier > 0);
    requests.push({ operation, atMs: performance.now(), reused: earlier > 0, end: end.kind });
    const body = await buffer(asked);
    const wait = delayMs + jitterMs * random();
    if (wait > 0) await pause(wait, undefined, { signal: stopping.signal });
    response.setHeader("date", new Date(now()).toUTCString());
    if (!response.destroyed) await endRequest(end, response, () => ask(service, agent, asked, body), stopping.signal);
  }

  const server = createServer((asked, response) => {
    // Whoever went away, or a service that did, ends the connection too.
    serve(asked, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.set(socket, 0);
    socket.once("close", () => sockets.delete(socket));
  });
  const loopback = await listenLoopback(server);
  return {
    ...loopback,
    stop: async () => {
      stopping.abort();
      await loopback.stop();
      agent.destroy();
    },
    inject: (...injected) => {
      faults = injected.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    requests: () => [...requests],
    count: (operation) => requests.filter((each) => operation === undefined || each.operation === operation).length,
    openSockets: () => sockets.size,
    waiting: () => waiting.size,
  };
}

/** Passes a request on as it came, so that its signature stays good. */
function ask(
  service: string,
  agent: Agent,
  { method, url = "/", headers }: IncomingMessage,
  body: Buffer,
): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(url, service), { method, headers, agent }, (answer) => {
      buffer(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: read }),
        reject,
      );
    });
    sent.on("error", reject).end(body);
  });
}
