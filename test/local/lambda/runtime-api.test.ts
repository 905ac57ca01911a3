import { afterEach, beforeEach, expect, test } from "vitest";
import { type Invocation, type RuntimeApi, serveRuntimeApi } from "../../../local/lambda/runtime-api.ts";

const invocation: Invocation = {
  requestId: "r-1",
  payload: '{"version":"2"}',
  deadline: 1_800_000_000_000,
  functionArn: "arn:aws:lambda:eu-central-1:111122223333:function:f",
  traceId: "Root=1-0-0;Parent=0;Sampled=0",
};

let api: RuntimeApi;
beforeEach(async () => {
  api = await serveRuntimeApi();
});
afterEach(async () => {
  await api.stop();
});

function call(path: string, body?: string): Promise<Response> {
  const init = body === undefined ? {} : { method: "POST", body };
  return fetch(`http://${api.address}/2018-06-01/runtime/${path}`, init);
}

test("gives an event to a runtime that waits for one, with Lambda's headers", async () => {
  const next = call("invocation/next");
  expect(await api.initialized).toBeNull();
  const delivered = api.deliver(invocation);
  const response = await next;
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "lambda-runtime-aws-request-id": "r-1",
    "lambda-runtime-deadline-ms": "1800000000000",
    "lambda-runtime-invoked-function-arn": invocation.functionArn,
    "lambda-runtime-trace-id": invocation.traceId,
  });
  expect(await response.text()).toBe(invocation.payload);
  const answered = await call("invocation/r-1/response", '{"ok":true}');
  expect([answered.status, await answered.json()]).toEqual([202, { status: "OK" }]);
  expect(await delivered).toEqual({ failed: false, payload: '{"ok":true}' });
});

test("keeps an event for a runtime that is about to ask, and takes its error for an answer", async () => {
  const delivered = api.deliver(invocation);
  expect((await call("invocation/next")).status).toBe(200);
  await call("invocation/r-1/error", '{"errorType":"Error"}');
  expect(await delivered).toEqual({ failed: true, payload: '{"errorType":"Error"}' });
  expect(api.failed()).toBe(false);
});

test("takes no answer for an event that is not under way", async () => {
  const refused = { errorType: "InvalidRequestID", errorMessage: "there is no such invocation under way" };
  const early = await call("invocation/r-1/response", "1");
  expect([early.status, await early.json()]).toEqual([400, refused]);
  const delivered = api.deliver(invocation);
  const foreign = await call("invocation/r-2/response", "1");
  expect([foreign.status, await foreign.json()]).toEqual([400, refused]);
  await call("invocation/r-1/response", "2");
  const twice = await call("invocation/r-1/response", "3");
  expect([twice.status, await twice.json()]).toEqual([400, refused]);
  expect(await delivered).toEqual({ failed: false, payload: "2" });
});

test("a runtime that cannot start says why, and is not to be used", async () => {
  const error = '{"errorType":"Runtime.ImportModuleError","errorMessage":"Error: Cannot find module","trace":[]}';
  expect((await call("init/error", error)).status).toBe(202);
  expect(await api.initialized).toEqual({ failed: true, payload: error });
  expect(api.failed()).toBe(true);
});

test("a runtime that breaks in the midst of an event answers it with that", async () => {
  const delivered = api.deliver(invocation);
  await call("invocation/next");
  await call("init/error", '{"errorType":"TypeError"}');
  expect(await delivered).toEqual({ failed: true, payload: '{"errorType":"TypeError"}' });
  expect(api.failed()).toBe(true);
});

test("has no other paths", async () => {
  const response = await call("invocation/r-1/next", "{}");
  expect([response.status, await response.json()]).toEqual([
    404,
    { errorType: "NotFound", errorMessage: "the Runtime API has no such path" },
  ]);
});
