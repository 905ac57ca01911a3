import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";

type Forward = (incoming: IncomingMessage, outgoing: ServerResponse, next: () => void) => void;

const { forward } = (await import(`${import.meta.dirname}/../../examples/react-dashboard/server/forward.js`)) as {
  forward: (routes: (url: string) => string | null | undefined) => Forward;
};

const servers: Server[] = [];

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A page whose every path leads to one server. */
const pageBefore = (target: string | null | undefined): Promise<string> => {
  const handOn = forward((url) => (typeof target === "string" ? target + url : target));
  return serving((incoming, outgoing) => handOn(incoming, outgoing, () => outgoing.end("the page")));
};

test("a request is handed on as it is, and the answer as it is", async () => {
  const api = await serving((incoming, outgoing) => {
    outgoing.writeHead(418, { "x-host": incoming.headers.host ?? "", "x-token": incoming.headers.authorization ?? "" });
    incoming.pipe(outgoing);
  });
  const page = await pageBefore(api);
  const answer = await fetch(`${page}/x?y`, { method: "POST", body: "sent", headers: { authorization: "Bearer t" } });
  expect([answer.status, await answer.text()]).toEqual([418, "sent"]);
  expect([answer.headers.get("x-host"), answer.headers.get("x-token")]).toEqual([new URL(page).host, "Bearer t"]);
});

test("what is not there yet, and what is there no more, is told as starting", async () => {
  const gone = await serving(() => {});
  servers.pop()?.close();
  for (const page of [await pageBefore(undefined), await pageBefore(gone)]) {
    const answer = await fetch(page);
    expect([answer.status, await answer.text()]).toEqual([503, '{"error":"STARTING"}']);
  }
  expect(await (await fetch(await pageBefore(null))).text()).toBe("the page");
});

test("an answer that breaks off in the middle breaks off for the browser too", async () => {
  const page = await pageBefore(
    await serving((_incoming, outgoing) => {
      outgoing.write("half of it", () => outgoing.destroy());
    }),
  );
  const answer = await fetch(page);
  await expect(answer.text()).rejects.toThrow("terminated");
});

test("a browser that goes away before the answer takes the request with it", async () => {
  let tell = (): void => {};
  const ended = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const leaving = new AbortController();
  const page = await pageBefore(
    await serving((_incoming, outgoing) => {
      outgoing.on("close", tell);
      leaving.abort();
    }),
  );
  await expect(fetch(page, { signal: leaving.signal })).rejects.toThrow("aborted");
  await ended;
});
