import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { type FunctionHandler, loadHandler } from "./load-handler.ts";
import { runtimeError } from "./runtime-error.ts";

/*
 * The program of the child process: a Node runtime as Lambda has it. It takes everything from its environment, asks
 * the Runtime API for one event after the other, and ends with whoever started it.
 */
const { env } = process;
// Not imported, as AWS's own does not either: that would load what functions seldom use, and all starts be slower.
const { Agent, request } = process.getBuiltinModule("node:http");
const api = new URL(`http://${env["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/`);
const agent = new Agent({ keepAlive: true });

/** Exit codes of Lambda's Node runtime. */
const exitCodes = { notStarted: 1, unhandledRejection: 128, uncaughtException: 129 } as const;

/** The event under way, or the last one. */
let requestId = "undefined";

// Standard input is a line to the parent: it ends when the parent does, even while a handler hangs.
process.stdin.on("end", leave).on("error", leave).resume().unref();
process.on("uncaughtException", (error) => void die("Uncaught Exception", error, exitCodes.uncaughtException));
process.on("unhandledRejection", (reason) => {
  void die("Unhandled Promise Rejection", unhandled(reason), exitCodes.unhandledRejection);
});
await main();

async function main(): Promise<void> {
  env["AWS_EXECUTION_ENV"] = `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`;
  let handler: FunctionHandler;
  try {
    handler = await loadHandler(env["LAMBDA_TASK_ROOT"] ?? "", env["_HANDLER"] ?? "");
  } catch (error) {
    return die("Uncaught Exception", error, exitCodes.notStarted);
  }
  for (;;) await serveOne(handler);
}

async function serveOne(handler: FunctionHandler): Promise<void> {
  const { headers, body } = await call("GET", "invocation/next");
  requestId = String(headers["lambda-runtime-aws-request-id"]);
  env["_X_AMZN_TRACE_ID"] = String(headers["lambda-runtime-trace-id"]);
  let response: string;
  try {
    response = serialized(await settled(handler, JSON.parse(body), contextOf(headers)));
  } catch (error) {
    log("Invoke Error", error);
    await printed();
    await call("POST", `invocation/${requestId}/error`, describe(error));
    return;
  }
  await printed();
  await call("POST", `invocation/${requestId}/response`, response);
}

function serialized(answer: unknown): string {
  try {
    return JSON.stringify(answer) ?? "null";
  } catch {
    throw runtimeError("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}

/** Resolves when all that the function wrote is in the pipes, so that nobody has the answer before the log. */
async function printed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))),
  );
}

/** Runs the handler; rejects if it can never answer because nothing is left that it could wait for. */
async function settled(handler: FunctionHandler, event: unknown, context: object): Promise<unknown> {
  let stranded = (): void => {};
  const never = new Promise<never>((_resolve, reject) => {
    stranded = () => reject(runtimeError("Runtime.NodeJsExit", "the handler's promise can never settle"));
    process.once("beforeExit", stranded);
  });
  try {
    return await Promise.race([handler(event, context), never]);
  } finally {
    process.off("beforeExit", stranded);
  }
}

function contextOf(headers: IncomingHttpHeaders): object {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: env["AWS_LAMBDA_FUNCTION_VERSION"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    logGroupName: env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

async function call(
  method: "GET" | "POST",
  path: string,
  body?: string,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: string }> {
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(new URL(path, api), { method, agent }, (response) => {
        text(response).then((received) => resolve({ headers: response.headers, body: received }), reject);
      });
      sent.on("error", reject).end(body);
    });
  } catch {
    // Whoever asked for this function is gone; there is nobody to tell.
    return leave();
  }
}

async function die(what: string, error: unknown, code: number): Promise<void> {
  log(what, error);
  await printed();
  await call("POST", "init/error", describe(error));
  process.exit(code);
}

function leave(): never {
  process.exit(0);
}

/** One line as Lambda's Node runtime writes it. */
function log(what: string, error: unknown): void {
  process.stderr.write(`${new Date().toISOString()}\t${requestId}\tERROR\t${what} \t${printable(error)}\n`);
}

/** An error as the log has it: with everything enumerable on it, and on the errors among that. */
function printable(error: unknown): string {
  try {
    return JSON.stringify(error instanceof Error ? error : new Error(String(error)), (_name, value: unknown) =>
      value instanceof Error ? withProperties(value) : value,
    );
  } catch {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error))
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  const { name, message, stack = "" } = error;
  return JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split("\n") });
}

function withProperties(error: Error & { readonly code?: unknown }): object {
  const { name, message, code, stack } = error;
  return Object.assign({ errorType: name, errorMessage: message, code }, error, { stack: stack?.split("\n") });
}

function unhandled(reason: unknown): Error {
  return runtimeError("Runtime.UnhandledPromiseRejection", String(reason));
}
