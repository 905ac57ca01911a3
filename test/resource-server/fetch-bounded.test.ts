import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type Loopback, listenLoopback } from "../../local/loopback.ts";
import { fetchBounded } from "../../resource-server/fetch-bounded.ts";

const running: Loopback[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

/** Answers one request after the other, the last answer for all that follow; counts what was asked. */
async function serving(...answers: RequestListener[]): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = await listenLoopback(
    createServer((request, response) => {
      asked += 1;
      answers[Math.min(asked, answers.length) - 1]?.(request, response);
    }),
  );
  running.push(server);
  return { url: server.url, asked: () => asked };
}

const reset: RequestListener = (request) => request.socket.resetAndDestroy();
const text =
  (body: string): RequestListener =>
  (_request, response) =>
    response.end(body);

async function fetched(url: string): Promise<string> {
  return new TextDecoder().decode(await fetchBounded(url, 10));
}

test("a document is read up to the last byte there may be", async () => {
  const { url } = await serving(text("0123456789"));
  expect(await fetched(url)).toBe("0123456789");
});

test.for<readonly [string, RequestListener]>([
  ["is one byte too long", text("0123456789a")],
  ["is an error", (_request, response) => response.writeHead(500).end("sorry")],
  ["leads elsewhere", (_request, response) => response.writeHead(302, { location: "/keys" }).end()],
])("an answer that %s is not taken, nor asked for again", async ([, answer]) => {
  const { url, asked } = await serving(answer, text("good"));
  await expect(fetched(url)).rejects.toMatchObject({ name: "Unacceptable" });
  expect(asked()).toBe(1);
});

test("a connection that ends is made once more, and not a third time", async () => {
  const once = await serving(reset, text("good"));
  expect(await fetched(once.url)).toBe("good");
  const always = await serving(reset);
  await expect(fetched(always.url)).rejects.toThrow("fetch failed");
  expect(always.asked()).toBe(2);
});
