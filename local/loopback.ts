import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { text } from "node:stream/consumers";

/** A server listening on 127.0.0.1 and nowhere else. */
export type Loopback = {
  readonly url: string;
  readonly port: number;
  /** Stops listening and closes every connection, also those kept alive or waiting for an answer. */
  readonly stop: () => Promise<void>;
};

/** One request, read to its end. */
export type LoopbackRequest = {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type LoopbackAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type Answer = (request: LoopbackRequest) => Promise<LoopbackAnswer>;

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/** Answers HTTP on 127.0.0.1, on a port the system chooses unless `port` says otherwise. */
export async function serveLoopback(answer: Answer, port = 0): Promise<Loopback> {
  return listenLoopback(
    createServer((request, response) => {
      void respond(answer, request, response);
    }),
    port,
  );
}

/** Binds a server that somebody else made to 127.0.0.1. Rejects with Node's error where the port is taken. */
export async function listenLoopback(server: Server, port = 0): Promise<Loopback> {
  // Node closes idle connections after five seconds; a client that sends at that moment sees a reset no AWS shows it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = portOf(server);
  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    stop: () => {
      stopped ??= close(server);
      return stopped;
    },
  };
}

async function respond(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answerSafely(answer, request);
  response.writeHead(status, headers).end(body);
}

async function answerSafely(answer: Answer, request: IncomingMessage): Promise<LoopbackAnswer> {
  try {
    // A page in the developer's browser can reach any port under a name of its own that resolves to 127.0.0.1.
    if (!isLoopbackName(request.headers.host))
      return { status: 403, body: "this server answers to loopback names only" };
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    return await answer({
      method: request.method ?? "GET",
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: await text(request),
    });
  } catch (error) {
    // The name says where to look; the message may hold what was sent.
    return { status: 500, body: `the emulator failed with ${error instanceof Error ? error.name : "no error"}` };
  }
}

function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && loopbackNames.has(host.replace(/:\d+$/, ""));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server is not bound to a port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
