import { Agent, request } from "node:http";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FaultProxy, startFaultProxy } from "../../local/fault-proxy.ts";
import { type Loopback, serveLoopback } from "../../local/loopback.ts";

const ANSWER = JSON.stringify({ Item: { pk: { S: "STAFF#1" } } });

let service: Loopback;
let served: string[];
let drawn: number;
let proxy: FaultProxy;
let agent: Agent;

beforeEach(async () => {
  served = [];
  drawn = 0;
  service = await serveLoopback(async ({ headers, path, body }) => {
    served.push(`${headers.host} ${path} ${String(headers["x-amz-target"])} ${body}`);
    return { status: 200, headers: { "x-amzn-requestid": "r1" }, body: ANSWER };
  });
  proxy = await startFaultProxy(
    service.url,
    () => Date.UTC(2031, 0, 2),
    () => drawn,
  );
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await proxy.stop();
  await service.stop();
});

/** What a client sees: the answer, or the name of the fault on the wire. */
function ask(operation = "GetItem", signal?: AbortSignal): Promise<string> {
  const headers = { "x-amz-target": `DynamoDB_20120810.${operation}` };
  return new Promise((resolve) => {
    const fail = ({ code, name }: Error & { code?: string }): void => resolve(code ?? name);
    request(proxy.url, { method: "POST", headers, agent, ...(signal && { signal }) }, (answer) => {
      text(answer).then((body) => resolve(`${answer.statusCode} ${body}`), fail);
    })
      .on("error", fail)
      .end("{}");
  });
}

describe("without a fault", () => {
  test("a request arrives as it was sent, and the service's answer comes back", async () => {
    expect(await ask()).toBe(`200 ${ANSWER}`);
    expect(served).toEqual([`127.0.0.1:${proxy.port} / DynamoDB_20120810.GetItem {}`]);
  });

  test("an answer has the date of where the service is", async () => {
    const { headers } = await fetch(proxy.url);
    expect(headers.get("date")).toBe("Thu, 02 Jan 2031 00:00:00 GMT");
    expect(headers.get("x-amzn-requestid")).toBe("r1");
  });

  test("no other address of this machine leads in", async () => {
    const other = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ address, family }) => family === "IPv4" && address !== "127.0.0.1")?.address;
    await expect(fetch(`http://${other ?? "[::1]"}:${proxy.port}`)).rejects.toThrow("fetch failed");
  });

  test("a service that is not there is the end of the connection", async () => {
    await service.stop();
    expect(await ask()).toBe("ECONNRESET");
  });
});

describe("a request ends", () => {
  test.for([
    ["in a reset", { kind: "reset" }, "ECONNRESET"],
    ["with half of a connection", { kind: "half-close" }, "ECONNRESET"],
    ["in the middle of its answer", { kind: "truncate" }, "ECONNRESET"],
    ["byte by byte, but whole", { kind: "drip", bytes: 7, everyMs: 1 }, `200 ${ANSWER}`],
    [
      "with another answer",
      { kind: "alter", body: (body: string) => body.replace("#1", "#2") },
      `200 ${ANSWER.replace("#1", "#2")}`,
    ],
    ["with what is no answer", { kind: "text", body: "<html>" }, "200 <html>"],
    [
      "with an error of the service",
      { kind: "error", status: 400, code: "ThrottlingException" },
      '400 {"__type":"ThrottlingException","message":"injected"}',
    ],
  ] as const)("%s", async ([, end, seen]) => {
    proxy.inject({ end });
    expect(await ask()).toBe(seen);
    expect(proxy.requests()).toMatchObject([{ operation: "GetItem", reused: false, end: end.kind }]);
  });

  test("in a flood, to its last byte", async () => {
    proxy.inject({ end: { kind: "flood", bytes: 50_000_001 } });
    expect((await ask()).length).toBe("200 ".length + 50_000_001);
  });

  test("never, and whoever gives up leaves no connection behind", async () => {
    proxy.inject({ end: { kind: "hang" } });
    const [give, up] = [new AbortController(), ask("GetItem")];
    const other = ask("GetItem", give.signal);
    await vi.waitFor(() => expect(proxy.waiting()).toBe(1));
    expect(proxy.openSockets()).toBe(1);
    give.abort();
    agent.destroy();
    expect(await Promise.all([up, other])).toEqual(["ECONNRESET", "ABORT_ERR"]);
    await vi.waitFor(() => expect([proxy.waiting(), proxy.openSockets()]).toEqual([0, 0]));
  });
});

describe("a fault meets", () => {
  const reset = { end: { kind: "reset" } } as const;

  test("its operation alone", async () => {
    proxy.inject({ ...reset, operation: "Query" });
    expect([await ask("GetItem"), await ask("Query")]).toEqual([`200 ${ANSWER}`, "ECONNRESET"]);
    expect([proxy.count(), proxy.count("Query"), proxy.count("Scan")]).toEqual([2, 1, 0]);
  });

  test("as many requests as it says, and then the next one has its turn", async () => {
    proxy.inject({ ...reset, times: 2 }, { end: { kind: "text", body: "next" } });
    expect([await ask(), await ask(), await ask()]).toEqual(["ECONNRESET", "ECONNRESET", "200 next"]);
  });

  test("the share of requests that chance gives it", async () => {
    proxy.inject({ ...reset, share: 0.05 });
    drawn = 0.049;
    expect(await ask()).toBe("ECONNRESET");
    drawn = 0.05;
    expect(await ask()).toBe(`200 ${ANSWER}`);
  });

  test("connections that were used before, where it is about those", async () => {
    proxy.inject({ ...reset, reused: true });
    expect([await ask(), await ask(), await ask()]).toEqual([`200 ${ANSWER}`, "ECONNRESET", `200 ${ANSWER}`]);
  });

  test("nobody any more once it is taken away, and those who wait for it wait on", async () => {
    proxy.inject({ end: { kind: "hang" } });
    const held = ask();
    await vi.waitFor(() => expect(proxy.waiting()).toBe(1));
    proxy.inject();
    agent = new Agent({ keepAlive: true });
    expect(await ask()).toBe(`200 ${ANSWER}`);
    expect(proxy.waiting()).toBe(1);
    await proxy.stop();
    expect(await held).toBe("ECONNRESET");
  });
});

test("a delay, by chance a longer one, comes before the end, and a stop does not wait for it", async () => {
  drawn = 0.5;
  proxy.inject({ delayMs: 20, jitterMs: 40 });
  const start = performance.now();
  expect(await ask()).toBe(`200 ${ANSWER}`);
  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
  proxy.inject({ delayMs: 60_000 });
  const held = ask();
  await vi.waitFor(() => expect(proxy.waiting()).toBe(1));
  await proxy.stop();
  expect(await held).toBe("ECONNRESET");
  expect(served).toHaveLength(1);
});
