import { type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import type { Outcome } from "./function-outcome.ts";

/** One event on its way to a function. */
export type Invocation = {
  readonly requestId: string;
  readonly payload: string;
  /** When the function must have answered, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly functionArn: string;
  readonly traceId: string;
};

/** The Runtime API of one process, which takes one event at a time. */
export type RuntimeApi = {
  /** Host and port, as `AWS_LAMBDA_RUNTIME_API` has them. */
  readonly address: string;
  /** Null once the process asks for its first event; the error it reported if it could not start. */
  readonly initialized: Promise<Outcome | null>;
  /** Hands over one event and waits for the answer. Never settles if the process dies: watch that elsewhere. */
  readonly deliver: (invocation: Invocation) => Promise<Outcome>;
  /** Whether the process reported that it is going down. */
  readonly failed: () => boolean;
  readonly stop: () => Promise<void>;
};

type Mailbox<T> = { readonly arrived: Promise<T>; readonly put: (content: T) => void };

const prefix = "/2018-06-01/runtime";
const accepted: LoopbackAnswer = {
  status: 202,
  headers: { "content-type": "application/json" },
  body: '{"status":"OK"}',
};

/**
 * Serves Lambda's Runtime API to one process.
 *
 * Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
 */
export async function serveRuntimeApi(): Promise<RuntimeApi> {
  const initialized = mailbox<Outcome | null>();
  let inbox = mailbox<Invocation>();
  let current: { readonly requestId: string; readonly answer: Mailbox<Outcome> } | undefined;
  let failed = false;

  async function next(): Promise<LoopbackAnswer> {
    initialized.put(null);
    const { requestId, payload, deadline, functionArn, traceId } = await inbox.arrived;
    inbox = mailbox();
    return {
      status: 200,
      headers: {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": requestId,
        "lambda-runtime-deadline-ms": String(deadline),
        "lambda-runtime-invoked-function-arn": functionArn,
        "lambda-runtime-trace-id": traceId,
      },
      body: payload,
    };
  }

  function settle(requestId: string | undefined, outcome: Outcome): LoopbackAnswer {
    if (current === undefined || requestId !== current.requestId) {
      return refusal(400, "InvalidRequestID", "there is no such invocation under way");
    }
    current.answer.put(outcome);
    current = undefined;
    return accepted;
  }

  function fail(payload: string): LoopbackAnswer {
    failed = true;
    initialized.put({ failed: true, payload });
    // Node's runtime reports an uncaught error in the midst of an event here too.
    if (current !== undefined) settle(current.requestId, { failed: true, payload });
    return accepted;
  }

  const server = await serveLoopback(async ({ method, path, body }: LoopbackRequest) => {
    if (method === "GET" && path === `${prefix}/invocation/next`) return next();
    if (method === "POST" && path === `${prefix}/init/error`) return fail(body);
    const [, requestId, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (method === "POST" && kind !== undefined) return settle(requestId, { failed: kind === "error", payload: body });
    return refusal(404, "NotFound", "the Runtime API has no such path");
  });

  return {
    address: `127.0.0.1:${server.port}`,
    initialized: initialized.arrived,
    deliver: (invocation) => {
      const answer = mailbox<Outcome>();
      current = { requestId: invocation.requestId, answer };
      inbox.put(invocation);
      return answer.arrived;
    },
    failed: () => failed,
    stop: server.stop,
  };
}

function refusal(status: number, errorType: string, errorMessage: string): LoopbackAnswer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ errorType, errorMessage }),
  };
}

/** One place where one thing may be put, before or after somebody waits for it. */
function mailbox<T>(): Mailbox<T> {
  let put: (content: T) => void = () => {};
  const arrived = new Promise<T>((resolve) => {
    put = resolve;
  });
  return { arrived, put };
}
