import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { endRequest } from "../../../local/fault-endings.ts";
import type { Fault } from "../../../local/fault-proxy.ts";
import { type Loopback, listenLoopback } from "../../../local/loopback.ts";

/** A server in front of which faults are put, without the way through a proxy that every request would have to go. */
export type FaultyServer = Loopback & {
  readonly inject: (faults: readonly Fault[]) => void;
  /** Requests so far, and those that met a fault. */
  readonly counts: () => { readonly requests: number; readonly faults: number };
};

/** Serves what `inner` does, on a port of its own. */
export async function serveFaulty(inner: Server, random: () => number = Math.random): Promise<FaultyServer> {
  let faults: readonly Fault[] = [];
  const counts = { requests: 0, faults: 0 };
  const nothing = (): never => {
    throw new TypeError("the service is not asked where it does not answer");
  };

  function pass(request: IncomingMessage, response: ServerResponse): void {
    if (!response.destroyed) inner.emit("request", request, response);
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    counts.requests += 1;
    const met = faults.find(({ share = 1 }) => random() < share);
    if (met === undefined) {
      pass(request, response);
      return;
    }
    counts.faults += 1;
    const { delayMs = 0, jitterMs = 0, end = { kind: "answer" } } = met;
    if (end.kind === "answer") {
      setTimeout(pass, delayMs + jitterMs * random(), request, response);
      return;
    }
    request.resume();
    endRequest(end, response, nothing, new AbortController().signal).catch(() => response.destroy());
  }

  const loopback = await listenLoopback(createServer(serve));
  return {
    ...loopback,
    inject: (injected) => {
      faults = injected;
    },
    counts: () => ({ ...counts }),
  };
}
