import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TriggerEvent } from "../../../cognito/trigger-event.ts";

/** What the function's host answers to one Invoke; `never` leaves the caller waiting. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: string } | "never";

/** A Lambda function behind the Invoke path: keeps every event, answers what it is told to. */
export type TriggerFunction = {
  readonly url: string;
  readonly events: TriggerEvent[];
  reply: (event: TriggerEvent) => Reply;
  readonly stop: () => Promise<void>;
};

/** The function as most people first deploy it: gives the event back as it came. */
export const unchanged = (event: TriggerEvent): Reply => ({ body: JSON.stringify(event) });

/** A function that sets `response`, whatever it is. */
export const answering =
  (response: object) =>
  (event: TriggerEvent): Reply => ({ body: JSON.stringify({ ...event, response }) });

/** A function that throws, as Lambda tells its caller. */
export const throwing = (errorMessage: string) => (): Reply => ({
  headers: { "x-amz-function-error": "Unhandled" },
  body: JSON.stringify({ errorType: "Error", errorMessage, trace: [] }),
});

export async function startTriggerFunction(): Promise<TriggerFunction> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method !== "POST" || request.url !== "/2015-03-31/functions/pre-token/invocations") {
        response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" }).end("{}");
        return;
      }
      const event = JSON.parse(body) as TriggerEvent;
      started.events.push(event);
      const reply = started.reply(event);
      if (reply !== "never") response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const started: TriggerFunction = {
    url: `http://127.0.0.1:${port}/2015-03-31/functions/pre-token/invocations`,
    events: [],
    reply: unchanged,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return started;
}
