// The pool, its trigger, the tables, the keys and both services on this machine, for whoever brings an interface.
import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createOpener } from "claimseal/open";
import { createApp as createBillingApi } from "./billing-api/app.js";
import { createApp as createCareApi } from "./care-api/app.js";
import { curiousOptions } from "./seen.js";

/** From here, so that a package beside this folder needs no copy of claimseal. */
export { startTestStack as startStack } from "claimseal/testing";

/**
 * Starts both services on a stack: each opens its own envelope, and tries the other's to show what comes of it.
 *
 * @param ports `care` and `billing`; 0 takes a free one.
 * @throws {Error} Node's own `EADDRINUSE`, with the port, for one that is taken.
 */
export async function startServices(stack, ports) {
  const openerOf = (name, other) => {
    const options = stack.openerOptions(name);
    return [createOpener(options), { [other]: createOpener(curiousOptions(options, other)) }];
  };
  const care = createServer(createCareApi(...openerOf("care-api", "billing-api")));
  const answerBilling = getRequestListener(createBillingApi(...openerOf("billing-api", "care-api")).fetch);
  const billing = createServer((request, response) => void answerBilling(request, response));
  const stop = () => Promise.all([care, billing].map(close));
  try {
    const urls = { care: await listen(care, ports.care), billing: await listen(billing, ports.billing) };
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(server, port) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

async function close(server) {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
