import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import { type Answer, type Loopback, serveLoopback } from "../../local/loopback.ts";

const running: Loopback[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function serve(answer: Answer): Promise<Loopback> {
  const server = await serveLoopback(answer);
  running.push(server);
  return server;
}

const echo: Answer = async ({ method, path, query, headers, body }) => ({
  status: 201,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ method, path, a: query.get("a"), header: headers["x-one"], body }),
});

function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

test("hands over a request as it was sent, and sends the answer", async () => {
  const { url } = await serve(echo);
  const response = await fetch(`${url}/a%2Fb?a=1%202`, { method: "POST", headers: { "x-one": "1" }, body: "grüße" });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ method: "POST", path: "/a%2Fb", a: "1 2", header: "1", body: "grüße" });
});

test("listens on no other address of this machine", async () => {
  const { port } = await serve(echo);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, family }) => family === "IPv4" && address !== "127.0.0.1")
    .map(({ address }) => address);
  for (const address of ["[::1]", ...others]) {
    await expect(statusFor(`http://${address}:${port}`, "localhost")).rejects.toMatchObject({ syscall: "connect" });
  }
  expect(await statusFor(`http://127.0.0.1:${port}`, "localhost")).toBe(201);
});

test.for([
  ["127.0.0.1", 201],
  ["localhost", 201],
  ["rebound.example", 403],
  ["127.0.0.1.rebound.example", 403],
] as const)("answers a request for the host %s with %i", async ([host, status]) => {
  const { url, port } = await serve(echo);
  expect(await statusFor(url, host)).toBe(status);
  expect(await statusFor(url, `${host}:${port}`)).toBe(status);
});

test("an answer that fails is a 500 that names the error and repeats nothing of the request", async () => {
  const { url } = await serve(async ({ body }) => {
    throw new RangeError(`cannot do ${body}`);
  });
  const response = await fetch(url, { method: "POST", body: "secret" });
  expect([response.status, await response.text()]).toEqual([500, "the emulator failed with RangeError"]);
});

test("stopping ends requests that still wait, frees the port, and can be asked for twice", async () => {
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await serve(async () => {
    arrived();
    return new Promise(() => {});
  });
  const waiting = fetch(server.url).catch((error: unknown) => error);
  await arrival;
  await Promise.all([server.stop(), server.stop()]);
  expect(await waiting).toBeInstanceOf(TypeError);
  const again = await serveLoopback(echo, server.port);
  running.push(again);
  expect(again.url).toBe(server.url);
  await expect(serveLoopback(echo, server.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
});
