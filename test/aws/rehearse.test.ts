import { Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rehearse } from "../../aws/rehearse.ts";

beforeEach(() => {
  // Where a client that looked for them would find others, and somebody who listens.
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("the first read of a process is done before anybody needs one, to its end, and without a connection", async () => {
  const connected = vi.spyOn(Socket.prototype, "connect");
  expect(await rehearse()).toEqual({ state: "found", row: new Map([["id", "rehearsal"]]) });
  expect(connected).not.toHaveBeenCalled();
});

test("where the SDK cannot even begin, nothing is thrown", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "no address");
  expect(await rehearse()).toEqual({ state: "failed" });
});
