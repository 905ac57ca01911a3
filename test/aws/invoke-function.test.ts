import { createServer, type Socket } from "node:net";
import { LambdaClient, type LambdaClientConfig } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type LambdaSender, lambdaInvoke } from "../../aws/invoke-function.ts";
import { lambdaClient } from "../../aws/lambda-client.ts";
import type { Outcome } from "../../local/lambda/function-outcome.ts";
import { serveInvoke } from "../../local/lambda/invoke-path.ts";
import { localCredentials } from "../../local/local-account.ts";
import { type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../../local/loopback.ts";

const ARN = "arn:aws:lambda:eu-west-1:111122223333:function:pre-token";
const never = new AbortController().signal;
const SECRET = "nora@example.com";

const running: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

/** The client of the token path, pointed somewhere else. */
function clientAt(endpoint: string, changes: LambdaClientConfig = {}): LambdaClient {
  const { requestHandler, maxAttempts } = lambdaClient("eu-west-1").config;
  const config = { endpoint, region: "eu-west-1", credentials: localCredentials, requestHandler, maxAttempts };
  const client = new LambdaClient({ ...config, ...changes });
  running.push({ stop: () => client.destroy() });
  return client;
}

const invokeAt = (url: string) =>
  lambdaInvoke(
    () => clientAt(url),
    () => 0,
  );

/** A function as Lambda serves it, in this process. */
async function aFunction(run: (payload: string) => Outcome | Promise<Outcome>): Promise<string> {
  const server = await serveInvoke(ARN, async (_, payload) => run(payload));
  running.push(server);
  return server.url;
}

/** A server that answers each request as told, in turn, and remembers what it was asked. */
async function aServer(...answers: readonly LoopbackAnswer[]) {
  const requests: LoopbackRequest[] = [];
  const server = await serveLoopback(async (request) => {
    requests.push(request);
    return answers[requests.length - 1] ?? (answers.at(-1) as LoopbackAnswer);
  });
  running.push(server);
  return { url: server.url, requests };
}

/** A server that does with each connection what it is told, in turn. */
async function aSocket(...turns: readonly ((socket: Socket) => void)[]) {
  let requests = 0;
  const server = createServer((socket) => {
    running.push({ stop: () => socket.destroy() });
    socket.on("error", () => {});
    socket.on("data", () => {
      const turn = turns[requests] ?? turns.at(-1);
      requests += 1;
      turn?.(socket);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  running.push({ stop: () => server.close() });
  const { port } = server.address() as { readonly port: number };
  return { url: `http://127.0.0.1:${port}`, requests: () => requests };
}

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): LoopbackAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const throttled = json({ Type: "User", message: "Rate Exceeded" }, 429, {
  "x-amzn-errortype": "TooManyRequestsException",
});
const reset = (socket: Socket): void => void socket.resetAndDestroy();
const answer = (text: string) => (socket: Socket) =>
  void socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );

const NO_ANSWER = { name: "Error", message: "the function gave no answer" };

test("a function is asked by its ARN for an answer, without its log, and its answer is parsed", async () => {
  const { url, requests } = await aServer(json({ response: { text: "Grüße" } }));
  expect(await invokeAt(url)(ARN, '{"userName":"Ä"}', never)).toEqual({ response: { text: "Grüße" } });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    method: "POST",
    path: `/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`,
    headers: { "x-amz-invocation-type": "RequestResponse", "x-amz-log-type": "None" },
    body: '{"userName":"Ä"}',
  });
});

test("a function is asked in the region its ARN names", async () => {
  const regions: (string | undefined)[] = [];
  const send: LambdaSender["send"] = async () => ({ Payload: Buffer.from("{}") });
  const invoke = lambdaInvoke((region) => {
    regions.push(region);
    return { send };
  });
  await invoke(ARN, "{}", never);
  await invoke("arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:pre-token:live", "{}", never);
  await invoke("pre-token", "{}", never);
  expect(regions).toEqual(["eu-west-1", "us-gov-west-1", undefined]);
});

test("the function behind Lambda's own Invoke operation answers", async () => {
  const url = await aFunction((payload) => ({ failed: false, payload: JSON.stringify({ echo: JSON.parse(payload) }) }));
  expect(await invokeAt(url)(ARN, '{"a":1}', never)).toEqual({ echo: { a: 1 } });
});

describe("there is no answer, and no word of why", () => {
  test("where the function failed", async () => {
    const run = vi.fn<() => Outcome>(() => ({ failed: true, payload: JSON.stringify({ errorMessage: SECRET }) }));
    await expect(invokeAt(await aFunction(run))(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test.for([
    ["no JSON", `{"a": ${SECRET}`],
    ["nothing", ""],
    ["no text", Buffer.from([0x22, 0xff, 0x22]).toString("latin1")],
    ["more than 1 MiB", JSON.stringify("x".repeat(1024 * 1024))],
  ] as const)("where it is %s", async ([, body]) => {
    const send: LambdaSender["send"] = async () => ({ Payload: Buffer.from(body, "latin1") });
    await expect(lambdaInvoke(() => ({ send }))(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
  });

  test("where there is no payload at all", async () => {
    const send: LambdaSender["send"] = async () => ({});
    await expect(lambdaInvoke(() => ({ send }))(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
  });

  test("where Lambda refuses, whatever it says", async () => {
    const denied = { "x-amzn-errortype": "AccessDeniedException" };
    const { url, requests } = await aServer(json({ Message: `not authorized: ${SECRET}` }, 403, denied));
    const outcome: unknown = await invokeAt(url)(ARN, "{}", never).catch((error: unknown) => error);
    expect(outcome).toMatchObject(NO_ANSWER);
    expect(outcome).not.toHaveProperty("cause");
    expect(requests).toHaveLength(1);
  });

  test("where there are no credentials", async () => {
    const { url, requests } = await aServer(json({}));
    const none = () => Promise.reject(new Error(SECRET));
    const invoke = lambdaInvoke(() => clientAt(url, { credentials: none }));
    await expect(invoke(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
    expect(requests).toHaveLength(0);
  });

  test("but an answer of exactly 1 MiB is one", async () => {
    const text = "x".repeat(1024 * 1024 - 2);
    const send: LambdaSender["send"] = async () => ({ Payload: Buffer.from(JSON.stringify(text)) });
    expect(await lambdaInvoke(() => ({ send }))(ARN, "{}", never)).toBe(text);
  });
});

describe("a function is asked again", () => {
  test("where it was throttled, three times at most", async () => {
    const { url, requests } = await aServer(throttled, throttled, json({ response: {} }));
    expect(await invokeAt(url)(ARN, "{}", never)).toEqual({ response: {} });
    expect(requests).toHaveLength(3);
    const busy = await aServer(throttled);
    await expect(invokeAt(busy.url)(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
    expect(busy.requests).toHaveLength(3);
  });

  test("where the connection broke before a response", async () => {
    const { url, requests } = await aSocket(reset, answer('{"response":{}}'));
    expect(await invokeAt(url)(ARN, "{}", never)).toEqual({ response: {} });
    expect(requests()).toBe(2);
  });

  test("where nothing listens, three times at most", async () => {
    const { url } = await aServer(json({}));
    await Promise.all(running.splice(0).map(({ stop }) => stop()));
    const client = clientAt(url);
    const send = vi.spyOn(client, "send");
    await expect(
      lambdaInvoke(
        () => client,
        () => 0,
      )(ARN, "{}", never),
    ).rejects.toMatchObject(NO_ANSWER);
    expect(send).toHaveBeenCalledTimes(3);
  });

  test("where no connection came about in time", async () => {
    const slow = Object.assign(new Error("no connection within 250 ms"), { name: "TimeoutError" });
    const send = vi.fn<() => Promise<never>>(() => Promise.reject(slow));
    const client = { send } as unknown as LambdaSender;
    await expect(
      lambdaInvoke(
        () => client,
        () => 0,
      )(ARN, "{}", never),
    ).rejects.toMatchObject(NO_ANSWER);
    expect(send).toHaveBeenCalledTimes(3);
  });
});

describe("a function that may have run is not asked again", () => {
  test.for([
    ["Lambda failed over it", 500, "ServiceException"],
    ["Lambda had nowhere to run it, it says", 502, "EC2UnexpectedException"],
    ["its request was refused", 400, "InvalidRequestContentException"],
  ] as const)("where %s", async ([, status, errorType]) => {
    const { url, requests } = await aServer(json({ Message: "no" }, status, { "x-amzn-errortype": errorType }));
    await expect(invokeAt(url)(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
    expect(requests).toHaveLength(1);
  });

  test("where its response broke off", async () => {
    const { url, requests } = await aSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"resp', () => {
        setImmediate(() => socket.resetAndDestroy());
      });
    });
    await expect(invokeAt(url)(ARN, "{}", never)).rejects.toMatchObject(NO_ANSWER);
    expect(requests()).toBe(1);
  });
});

describe("once its time is over", () => {
  test("a function is waited for no longer, and its connection is let go", async () => {
    const abort = new AbortController();
    let close: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const { url } = await aSocket((socket) => {
      socket.on("close", close);
      abort.abort();
    });
    await expect(invokeAt(url)(ARN, "{}", abort.signal)).rejects.toMatchObject(NO_ANSWER);
    await closed;
  });

  test("no function is asked, for the first time or again", async () => {
    const send = vi.fn<() => Promise<never>>();
    const client = { send } as unknown as LambdaSender;
    await expect(lambdaInvoke(() => client)(ARN, "{}", AbortSignal.abort())).rejects.toMatchObject(NO_ANSWER);
    expect(send).not.toHaveBeenCalled();
    const abort = new AbortController();
    send.mockImplementation(() => {
      abort.abort();
      return Promise.reject(Object.assign(new Error("busy"), { name: "TooManyRequestsException" }));
    });
    await expect(lambdaInvoke(() => client)(ARN, "{}", abort.signal)).rejects.toMatchObject(NO_ANSWER);
    expect(send).toHaveBeenCalledTimes(1);
  });
});

test("the client sends once, limits how long it takes to reach Lambda and not how long a function takes", async () => {
  const { url, requests } = await aServer(throttled);
  const client = clientAt(url);
  await expect(
    lambdaInvoke(
      () => client,
      () => 0,
    )(ARN, "{}", never),
  ).rejects.toMatchObject(NO_ANSWER);
  expect(requests).toHaveLength(3);
  expect(await client.config.maxAttempts()).toBe(1);
  const handler = client.config.requestHandler as { httpHandlerConfigs?: () => unknown };
  expect(handler.httpHandlerConfigs?.()).toMatchObject({ connectionTimeout: 250, requestTimeout: undefined });
});
