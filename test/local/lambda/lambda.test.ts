import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Lambda, type LambdaOptions, startLambda } from "../../../local/lambda/lambda.ts";

/** A function that does what its event says. */
const source = `
import { connect } from "node:net";
let invocations = 0;
const calls = {
  echo: (event) => event,
  count: () => ({ invocations, pid: process.pid }),
  throw: () => { throw new RangeError("told to"); },
  "throw with more": () => { throw Object.assign(new Error("told to"), { held: { inner: new TypeError("held") } }); },
  "throw a text": () => { throw "a text"; },
  hang: () => new Promise(() => setInterval(() => {}, 1000)),
  spin: () => { for (;;); },
  "never settle": () => new Promise(() => {}),
  "answer nothing": () => undefined,
  "answer a bigint": () => 1n,
  exit: () => process.exit(3),
  "exit quietly": () => process.exit(0),
  kill: () => process.kill(process.pid, "SIGKILL"),
  reject: async () => { Promise.reject(new Error("stray")); await new Promise((done) => setTimeout(done, 1000)); },
  "fail in a timer": () => new Promise(() => setTimeout(() => { throw new TypeError("late"); }, 1)),
  environment: () => ({ ...process.env }),
  argv0: () => process.argv0,
  print: ({ text, times }) => { for (let n = 0; n < times; n += 1) console.log(text); console.error("to stderr"); },
  wait: async ({ ms }) => { await new Promise((done) => setTimeout(done, ms)); return process.pid; },
  context: (_event, context) => ({ ...context, left: context.getRemainingTimeInMillis() }),
  "hold a line": ({ port }) => new Promise((done) => {
    const line = connect(port, "127.0.0.1", () => done(process.pid));
    line.on("error", () => {});
  }),
  "hold a line and hang": ({ port }) => new Promise(() => { connect(port, "127.0.0.1").on("error", () => {}); }),
};
export const handler = async (event, context) => { invocations += 1; return calls[event.do](event, context); };
export const nested = { handler: () => "nested" };
export const withCallback = (event, context, callback) => callback(null, "called back");
export const notAFunction = 1;
`;

let directory: string;
const running: Lambda[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "claimseal-lambda-"));
  await writeFile(join(directory, "index.mjs"), source);
  await writeFile(join(directory, "common.cjs"), `exports.handler = async () => "common";`);
  await writeFile(join(directory, "typo.mjs"), `export const handler = (;`);
  await writeFile(join(directory, "broken.mjs"), `throw new URIError("broken at load");`);
  await writeFile(
    join(directory, "asleep.mjs"),
    `await new Promise((done) => setTimeout(done, 300));
    export const handler = () => "awake";`,
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((lambda) => lambda.stop()));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function start(options: Partial<LambdaOptions> = {}): Promise<Lambda> {
  const lambda = await startLambda({
    directory,
    handler: "index.handler",
    environment: {},
    functionName: "pre-token",
    timeoutMs: 5000,
    ...options,
  });
  running.push(lambda);
  return lambda;
}

async function invoke(lambda: Lambda, event: unknown) {
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) });
  const payload: unknown = await response.json();
  return { status: response.status, error: response.headers.get("x-amz-function-error"), payload };
}

describe("an invocation", () => {
  test("carries the event in and the answer out", async () => {
    const event = { do: "echo", text: "grüße \u{1f98b}", deep: [1, null, { a: true }] };
    expect(await invoke(await start(), event)).toEqual({ status: 200, error: null, payload: event });
  });

  test("finds the process of the one before it", async () => {
    const lambda = await start();
    const first = await invoke(lambda, { do: "count" });
    const second = await invoke(lambda, { do: "count" });
    expect(first.payload).toMatchObject({ invocations: 1 });
    expect(second.payload).toEqual({ ...(first.payload as object), invocations: 2 });
    expect(lambda.coldStarts()).toHaveLength(1);
    expect(lambda.coldStarts()[0]).toBeGreaterThan(0);
  });

  test("answers null for nothing", async () => {
    expect((await invoke(await start(), { do: "answer nothing" })).payload).toBeNull();
  });

  test("has a context like Lambda's, with the time that is left", async () => {
    const { payload } = await invoke(await start({ timeoutMs: 4000, memory: 256 }), { do: "context" });
    expect(payload).toMatchObject({
      functionName: "pre-token",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:pre-token",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/pre-token",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
    });
    const { left } = payload as { left: number };
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(4000);
  });

  test.for([
    ["an ES module", "index.nested.handler", "nested"],
    ["a CommonJS module", "common.handler", "common"],
  ] as const)("runs a handler of %s", async ([, handler, answer]) => {
    expect((await invoke(await start({ handler }), {})).payload).toBe(answer);
  });

  test("goes by the function's name, its ARN or a part of it, and without a body has an empty event", async () => {
    const lambda = await start({ handler: "index.nested.handler" });
    for (const name of ["pre-token", lambda.functionArn, "111122223333:function:pre-token", "pre-token:$LATEST"]) {
      const url = `${lambda.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
      expect(await (await fetch(url, { method: "POST" })).json()).toBe("nested");
    }
  });
});

describe("Lambda itself refuses", () => {
  const path = "/2015-03-31/functions/pre-token/invocations";
  const refused: readonly [string, string, RequestInit, number, string, string][] = [
    ["another function", path.replace("pre-", "post-"), {}, 404, "ResourceNotFoundException", "Function not found"],
    [
      "another path",
      "/2015-03-31/functions/",
      {},
      404,
      "UnknownOperationException",
      "the embedded Lambda has Invoke only",
    ],
    [
      "another method",
      path,
      { method: "PUT" },
      404,
      "UnknownOperationException",
      "the embedded Lambda has Invoke only",
    ],
    [
      "what is no JSON",
      path,
      { body: "{" },
      400,
      "InvalidRequestContentException",
      "Could not parse request body into json",
    ],
    [
      "events that nobody waits for",
      path,
      { headers: { "x-amz-invocation-type": "Event" } },
      400,
      "InvalidParameterValueException",
      "the embedded Lambda answers RequestResponse only",
    ],
  ];
  test.for(refused)("%s", async ([, place, init, status, errorType, Message]) => {
    const lambda = await start();
    const response = await fetch(lambda.url + place, { method: "POST", ...init });
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, errorType]);
    expect(response.headers.get("x-amz-function-error")).toBeNull();
    expect(await response.json()).toEqual({ Type: "User", Message });
    expect(lambda.coldStarts()).toEqual([]);
  });
});

describe("a function that fails", () => {
  test("is reported with its error's type, message and trace, and logged", async () => {
    const lambda = await start();
    const { status, error, payload } = await invoke(lambda, { do: "throw" });
    expect([status, error]).toEqual([200, "Unhandled"]);
    expect(payload).toMatchObject({ errorType: "RangeError", errorMessage: "told to" });
    const { trace } = payload as { trace: readonly string[] };
    expect(trace[0]).toBe("RangeError: told to");
    expect(trace[1]).toMatch(/^ {4}at .*index\.mjs/);
    expect(lambda.logs()).toMatch(/^\S+Z\t[0-9a-f-]{36}\tERROR\tInvoke Error \t\{"errorType":"RangeError"/);
  });

  test("is logged with everything enumerable on its error, which the answer has nothing of", async () => {
    const lambda = await start();
    const { payload } = await invoke(lambda, { do: "throw with more" });
    expect(Object.keys(payload as object)).toEqual(["errorType", "errorMessage", "trace"]);
    expect(JSON.parse(lambda.logs().split("\t").at(-1) ?? "")).toMatchObject({
      errorMessage: "told to",
      held: { inner: { errorType: "TypeError", errorMessage: "held" } },
      stack: expect.arrayContaining(["Error: told to"]),
    });
  });

  test.for([
    ["throw a text", "string", "a text"],
    ["answer a bigint", "Runtime.JSONStringifyError", "Unable to stringify response body"],
    ["never settle", "Runtime.NodeJsExit", "the handler's promise can never settle"],
  ])("by %s is reported, and its process lives on", async ([act, errorType, errorMessage]) => {
    const lambda = await start();
    const failed = await invoke(lambda, { do: act });
    expect(failed).toMatchObject({ status: 200, error: "Unhandled", payload: { errorType, errorMessage } });
    expect((await invoke(lambda, { do: "count" })).payload).toMatchObject({ invocations: 2 });
  });

  const crashes: readonly [string, string, RegExp][] = [
    ["exit", "Runtime.ExitError", /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/],
    [
      "exit quietly",
      "Runtime.ExitError",
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason$/,
    ],
    ["kill", "Runtime.ExitError", /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/],
    ["reject", "Runtime.UnhandledPromiseRejection", /^Error: stray$/],
    ["fail in a timer", "TypeError", /^late$/],
  ];
  test.for(crashes)("by %s is reported, and the next event gets a new process", async ([act, errorType, message]) => {
    const lambda = await start();
    const failed = await invoke(lambda, { do: act });
    expect(failed).toMatchObject({
      status: 200,
      error: "Unhandled",
      payload: { errorType, errorMessage: expect.stringMatching(message) },
    });
    expect((await invoke(lambda, { do: "count" })).payload).toMatchObject({ invocations: 1 });
    expect(lambda.coldStarts()).toHaveLength(2);
  });

  test.for(["hang", "spin"])("by taking too long (%s) is ended, and the next event gets a new process", async (act) => {
    const lambda = await start({ timeoutMs: 500 });
    expect(await invoke(lambda, { do: act })).toMatchObject({
      status: 200,
      error: "Unhandled",
      payload: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.50 seconds$/),
      },
    });
    expect((await invoke(lambda, { do: "count" })).payload).toMatchObject({ invocations: 1 });
  });
});

describe("a function that does not start", () => {
  test.for([
    ["its module is missing", "nowhere.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'nowhere'"],
    [
      "its handler is missing",
      "index.nothing",
      "Runtime.HandlerNotFound",
      "index.nothing is undefined or not exported",
    ],
    [
      "its handler is inherited",
      "index.nested.toString",
      "Runtime.HandlerNotFound",
      "index.nested.toString is undefined or not exported",
    ],
    [
      "its handler is no function",
      "index.notAFunction",
      "Runtime.HandlerNotFound",
      "index.notAFunction is not a function",
    ],
    [
      "its handler takes a callback",
      "index.withCallback",
      "Runtime.CallbackHandlerDeprecated",
      "index.withCallback takes a callback; return a promise instead",
    ],
    ["its handler has no name", "index", "Runtime.MalformedHandlerName", "Bad handler"],
    ["its module does not parse", "typo.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token ';'"],
    ["its module throws", "broken.handler", "URIError", "broken at load"],
  ] as const)("because %s is reported for every event", async ([, handler, errorType, errorMessage]) => {
    const lambda = await start({ handler });
    const expected = { status: 200, error: "Unhandled", payload: { errorType, errorMessage } };
    expect(await invoke(lambda, {})).toMatchObject(expected);
    expect(await invoke(lambda, {})).toMatchObject(expected);
    expect(lambda.coldStarts()).toEqual([]);
  });

  test("within the event's time is no timeout: starting has a limit of its own", async () => {
    const lambda = await start({ handler: "asleep.handler", timeoutMs: 200 });
    expect((await invoke(lambda, {})).payload).toBe("awake");
    expect(lambda.coldStarts()).toHaveLength(1);
  });

  test("because its directory or its Node is missing is refused before anything listens", async () => {
    await expect(start({ directory: join(directory, "nowhere") })).rejects.toMatchObject({
      name: "LocalError",
      code: "FUNCTION_MISSING",
      message: 'function "pre-token": its directory does not exist',
    });
    await expect(start({ node: join(directory, "node") })).rejects.toMatchObject({
      code: "NODE_MISSING",
      message: "there is no Node binary at the path given",
    });
  });
});

describe("a function's environment", () => {
  test("has what Lambda sets and what it was given, and nothing of this machine", async () => {
    const planted = `canary-${process.pid}`;
    process.env["CLAIMSEAL_TEST_CANARY"] = planted;
    process.env["AWS_PROFILE"] = planted;
    try {
      const { payload } = await invoke(await start({ environment: { STAFF_TABLE: "staff" } }), { do: "environment" });
      expect(JSON.stringify(payload)).not.toContain(planted);
      expect(payload).toMatchObject({
        STAFF_TABLE: "staff",
        _HANDLER: "index.handler",
        _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
        AWS_REGION: "eu-central-1",
        AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
        AWS_ACCESS_KEY_ID: "claimseallocal",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        LAMBDA_TASK_ROOT: directory,
        TZ: ":UTC",
      });
      const others = Object.keys(payload as object).filter((name) => !/^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_)/.test(name));
      expect(others.sort((one, other) => one.localeCompare(other))).toEqual(["LANG", "PATH", "STAFF_TABLE", "TZ"]);
    } finally {
      delete process.env["CLAIMSEAL_TEST_CANARY"];
      delete process.env["AWS_PROFILE"];
    }
  });

  test.for(["AWS_REGION", "_HANDLER", "AWS_SECRET_ACCESS_KEY", "AWS_EXECUTION_ENV"])(
    "cannot be given %s, as on Lambda",
    async (name) => {
      await expect(start({ environment: { [name]: "x" } })).rejects.toMatchObject({
        code: "ENVIRONMENT_RESERVED",
        message: `Lambda sets ${name} itself; leave it out`,
      });
    },
  );

  test("has the credentials of the function's role, where it is given one", async () => {
    const credentials = { accessKeyId: "ASIAROLE", secretAccessKey: "of-the-role", sessionToken: "session" };
    const { payload } = await invoke(await start({ credentials }), { do: "environment" });
    expect(payload).toMatchObject({
      AWS_ACCESS_KEY_ID: "ASIAROLE",
      AWS_SECRET_ACCESS_KEY: "of-the-role",
      AWS_SESSION_TOKEN: "session",
    });
  });

  test("is a process of the Node binary asked for", async () => {
    const node = join(directory, "another-node");
    await symlink(process.execPath, node);
    expect((await invoke(await start({ node }), { do: "argv0" })).payload).toBe(node);
  });
});

describe("the log", () => {
  test("has all of what a function printed by the time it answers", async () => {
    const lambda = await start();
    const text = "0123456789".repeat(20);
    await invoke(lambda, { do: "print", text, times: 5000 });
    expect(lambda.logs().split(text)).toHaveLength(5001);
    expect(lambda.logs()).toContain("to stderr\n");
  });
});

describe("events that arrive together", () => {
  const waits = Array.from({ length: 6 }, () => ({ do: "wait", ms: 30 }));

  test("queue for one process", async () => {
    const lambda = await start();
    const answers = await Promise.all(waits.map((event) => invoke(lambda, event)));
    expect(new Set(answers.map(({ payload }) => payload)).size).toBe(1);
    expect(lambda.coldStarts()).toHaveLength(1);
  });

  test("spread over as many processes as are allowed, and no more", async () => {
    const lambda = await start({ concurrency: 3 });
    const answers = await Promise.all(waits.map((event) => invoke(lambda, event)));
    expect(new Set(answers.map(({ payload }) => payload)).size).toBe(3);
    expect(lambda.coldStarts()).toHaveLength(3);
  });

  test("do not start a second process one after the other", async () => {
    const lambda = await start({ concurrency: 3 });
    for (const event of waits.slice(0, 3)) await invoke(lambda, event);
    expect(lambda.coldStarts()).toHaveLength(1);
  });
});

describe("no process stays behind", () => {
  /** A port that functions connect to: when a process is gone, so is its line. */
  async function switchboard() {
    const server = createServer();
    const line = new Promise<Socket>((resolve) => server.once("connection", (socket) => resolve(socket.resume())));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("no port");
    return {
      port: address.port,
      connected: line,
      hungUp: line.then((socket) => new Promise((resolve) => socket.once("close", resolve).on("error", () => {}))),
      close: () => server.close(),
    };
  }

  test.for(["hold a line", "hold a line and hang"])("when it is stopped (%s)", async (act) => {
    const { port, connected, hungUp, close } = await switchboard();
    const lambda = await start();
    const sent = invoke(lambda, { do: act, port }).catch(() => undefined);
    await connected;
    await lambda.stop();
    await hungUp;
    await sent;
    close();
    await expect(fetch(lambda.invokeUrl, { method: "POST" })).rejects.toThrow(TypeError);
  });

  // The built files: a process that is killed has to be a process of its own.
  const built = fileURLToPath(new URL("../../../dist/local/lambda/lambda.js", import.meta.url));
  test.for(["hold a line", "hold a line and hang"])("when whoever started it is killed (%s)", async (act) => {
    expect(existsSync(built)).toBe(true);
    const { port, connected, hungUp, close } = await switchboard();
    const script = `
      const { startLambda } = await import(process.argv[1]);
      const [, , directory, event] = process.argv;
      const settings = { directory, handler: "index.handler", environment: {}, functionName: "f", timeoutMs: 60_000 };
      const { invokeUrl } = await startLambda(settings);
      await fetch(invokeUrl, { method: "POST", body: event });
    `;
    const event = JSON.stringify({ do: act, port });
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script, built, directory, event], {
      stdio: "inherit",
    });
    await connected;
    parent.kill("SIGKILL");
    await hungUp;
    close();
  });
});
