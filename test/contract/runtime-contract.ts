import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome } from "../../local/lambda/function-outcome.ts";
import { ourClient, type StartClient } from "./runtime-clients.ts";

type Run = {
  readonly outcomes: readonly { readonly failed: boolean; readonly payload: unknown }[];
  readonly logs: string;
};

const trace = "Root=1-0-0;Parent=0;Sampled=0";

/** A function that does what its event says. */
const source = `
class Refusal extends Error { name = "Refusal"; code = "EVENT_MALFORMED"; held = { cause: new TypeError("inner") }; }
let served = 0;
const calls = {
  echo: (event) => event,
  count: () => (served += 1),
  context: (event, context) => ({ ...context, remaining: typeof context.getRemainingTimeInMillis() }),
  environment: () => ({ ...process.env }),
  "answer nothing": () => undefined,
  "answer what is no JSON": () => 1n,
  throw: () => { throw new Refusal("told to"); },
  "throw a built-in error": () => null.nothing,
  "throw a text": () => { throw "a text"; },
  "throw nothing": () => { throw undefined; },
  "throw an object": () => { throw { a: 1 }; },
};
export const handler = async (event, context) => calls[event.do](event, context);
export const nested = { handler: () => "nested" };
export const withCallback = (event, context, callback) => callback(null, "called back");
export const notAFunction = 1;
`;

/** What holds for our client of the Runtime API as it does for `genuine`, AWS's own. */
export function runtimeContract(genuine: StartClient): void {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "claimseal-runtime-"));
    await writeFile(join(directory, "index.mjs"), source);
    await writeFile(join(directory, "common.cjs"), `exports.handler = async () => "common";`);
    await writeFile(join(directory, "typo.mjs"), "export const handler = (;");
    await writeFile(join(directory, "broken.mjs"), `throw new URIError("broken at load");`);
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** What one process answers to events, or how it failed to start, and what it printed. */
  async function run(start: StartClient, handler: string, events: readonly object[]): Promise<Run> {
    const client = await start({
      directory,
      handler,
      environment: { STAFF_TABLE: "staff" },
      functionName: "pre-token",
      region: "eu-west-1",
      memory: 256,
    });
    const outcomes: Outcome[] = [];
    try {
      const ended = client.exited.then(() => Promise.reject(new Error("the process ended before it answered")));
      const failure = await Promise.race([client.initialized, ended]);
      if (failure !== null) outcomes.push(failure);
      else for (const event of events) outcomes.push(await Promise.race([client.deliver(invocationOf(event)), ended]));
    } finally {
      await client.kill();
    }
    return {
      outcomes: outcomes.map(({ failed, payload }) => ({ failed, payload: JSON.parse(payload) as unknown })),
      logs: client.logs(),
    };
  }

  const both = (handler: string, ...events: readonly object[]): Promise<[Run, Run]> =>
    Promise.all([run(ourClient, handler, events), run(genuine, handler, events)]);

  test("to one event after the other, in one process", async () => {
    const events = [
      { do: "echo", text: "grüße \u{1f98b}", deep: [1.5, null, { a: true }] },
      { do: "count" },
      { do: "throw" },
    ];
    const [ours, theirs] = await both("index.handler", ...events, { do: "count" }, { do: "answer nothing" });
    expect(theirs.outcomes.map(({ failed }) => failed)).toEqual([false, false, true, false, false]);
    expect(ours.outcomes.map(comparable)).toEqual(theirs.outcomes.map(comparable));
    expect(ours.outcomes.map(({ payload }) => payload)).toMatchObject([events[0]!, 1, {}, 2, null]);
  });

  test.for([
    "throw",
    "throw a built-in error",
    "throw a text",
    "throw nothing",
    "throw an object",
    "answer what is no JSON",
  ])("in the error it reports when told to %s", async (act) => {
    const [ours, theirs] = await both("index.handler", { do: act });
    expect(theirs.outcomes).toMatchObject([{ failed: true }]);
    expect(ours.outcomes.map(comparable)).toEqual(theirs.outcomes.map(comparable));
  });

  test("in the log line of an error, down to what the error holds", async () => {
    const [ours, theirs] = await both("index.handler", { do: "throw" });
    expect(logged(theirs)).toMatchObject({
      label: "Invoke Error ",
      error: { errorType: "Refusal", code: "EVENT_MALFORMED", held: { cause: { errorMessage: "inner" } } },
    });
    expect(logged(ours)).toEqual(logged(theirs));
  });

  test.for([
    "index.nothing",
    "index.notAFunction",
    "index.withCallback",
    "index",
    "nowhere.handler",
    "typo.handler",
    "broken.handler",
  ])("in the type of the error it reports where %s cannot start", async (handler) => {
    const [ours, theirs] = await both(handler);
    expect(theirs.outcomes).toMatchObject([{ failed: true, payload: { errorType: expect.stringMatching(/./) } }]);
    expect(ours.outcomes.map(errorType)).toEqual(theirs.outcomes.map(errorType));
  });

  test.for(["index.nested.handler", "common.handler"])("in finding %s", async (handler) => {
    const [ours, theirs] = await both(handler, {});
    expect(theirs.outcomes).toEqual([{ failed: false, payload: handler.split(".").at(-2) }]);
    expect(ours.outcomes).toEqual(theirs.outcomes);
  });

  test("in the context and the environment it gives the function", async () => {
    const [ours, theirs] = await both("index.handler", { do: "context" }, { do: "environment" });
    const [context, environment] = theirs.outcomes.map(({ payload }) => payload as Record<string, unknown>);
    // Its context has the trace header besides; ours has what only matters to handlers that take a callback.
    const { xRayTraceId, ...contextFields } = context!;
    expect(xRayTraceId).toBe(trace);
    expect(ours.outcomes[0]?.payload).toEqual({ ...contextFields, callbackWaitsForEmptyEventLoop: true });
    // Lambda sets the first of these two before the client starts; each process has its own Runtime API.
    expect(ours.outcomes[1]?.payload).toEqual({
      ...environment,
      AWS_EXECUTION_ENV: expect.stringMatching(/^AWS_Lambda_nodejs/),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:/),
    });
  });
}

function invocationOf(event: object) {
  return {
    requestId: "7c0f8d3e-0000-4000-8000-000000000001",
    payload: JSON.stringify(event),
    deadline: Date.now() + 5000,
    functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:pre-token",
    traceId: trace,
  };
}

/** An outcome without the part of a trace that lies in the runtime itself. */
function comparable({ failed, payload }: Run["outcomes"][number]): unknown {
  if (!failed) return { failed, payload };
  const { trace: frames, ...fields } = payload as { readonly trace: readonly string[] };
  return { failed, fields, trace: frames.slice(0, 1) };
}

function errorType({ payload }: Run["outcomes"][number]): unknown {
  return (payload as { readonly errorType: unknown }).errorType;
}

/** The one line of a log, without its time and without the frames of its stacks. */
function logged({ logs }: Run): unknown {
  const [time, requestId, level, label, error] = logs.trimEnd().split("\t");
  return {
    dated: Number.isFinite(Date.parse(time ?? "")),
    requestId,
    level,
    label,
    error: JSON.parse(error ?? "", (name, value: unknown) =>
      name === "stack" && Array.isArray(value) ? value[0] : value,
    ),
  };
}
