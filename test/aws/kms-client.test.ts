import { createServer } from "node:http";
import { GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { kmsClient } from "../../aws/kms-client.ts";
import { type Loopback, listenLoopback, serveLoopback } from "../../local/loopback.ts";

const region = "eu-central-1";
const command = new GenerateDataKeyCommand({ KeyId: "alias/any", KeySpec: "AES_256" });
const stops: Loopback["stop"][] = [];

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** A server that takes requests and answers as told. */
async function server(answer: Parameters<typeof serveLoopback>[0]): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const { url, stop } = await serveLoopback((request) => {
    requests += 1;
    return answer(request);
  });
  stops.push(stop);
  return { url, requests: () => requests };
}

describe("the client", () => {
  test("gives up on a server that takes the request and never answers", async () => {
    const { url, requests } = await server(() => new Promise(() => {}));
    await expect(kmsClient({ region, endpoint: url }).send(command)).rejects.toMatchObject({
      name: "TimeoutError",
      message: expect.stringContaining("800 ms requestTimeout"),
    });
    expect(requests()).toBe(1);
  });

  test("never sends again by itself", async () => {
    const body = JSON.stringify({ __type: "ThrottlingException" });
    const { url, requests } = await server(async () => ({ status: 400, body }));
    await expect(kmsClient({ region, endpoint: url }).send(command)).rejects.toMatchObject({
      name: "ThrottlingException",
    });
    expect(requests()).toBe(1);
  });

  test("has a limit for connecting too, and no logger that prints", async () => {
    const { url } = await server(async () => ({ status: 200, body: "{}" }));
    const client = kmsClient({ region, endpoint: url });
    await client.send(command);
    const limits = { connectionTimeout: 250, requestTimeout: 800, throwOnRequestTimeout: true };
    const handler = client.config.requestHandler as { httpHandlerConfigs?: () => unknown };
    expect(handler.httpHandlerConfigs?.()).toMatchObject(limits);
    expect(client.config.logger.constructor.name).toBe("NoOpLogger");
  });

  test("uses one connection for requests that follow each other", async () => {
    let connections = 0;
    const http = createServer((request, response) => request.resume().on("end", () => response.end("{}")));
    http.on("connection", () => {
      connections += 1;
    });
    const { url, stop } = await listenLoopback(http);
    stops.push(stop);
    const client = kmsClient({ region, endpoint: url });
    for (let times = 0; times < 3; times += 1) await client.send(command);
    expect(connections).toBe(1);
  });

  test("takes the region of its surroundings where it is given none", async () => {
    vi.stubEnv("AWS_REGION", "eu-west-3");
    expect(await kmsClient({ region: undefined }).config.region()).toBe("eu-west-3");
    expect(await kmsClient({ region }).config.region()).toBe(region);
  });
});
