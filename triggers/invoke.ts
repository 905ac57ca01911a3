import { lambdaInvoke } from "../aws/invoke-function.ts";
import { lambdaClient } from "../aws/lambda-client.ts";
import type { InvokeFunction } from "../claims/facts.ts";

export type { InvokeFunction } from "../claims/facts.ts";

const clients = new Map<string | undefined, ReturnType<typeof lambdaClient>>();

/**
 * Asks the functions behind `chain` sources, with this function's own permissions: for `createTrigger`, and a bundle of
 * its own, `chain.mjs`, because only functions that chain another carry Lambda's client.
 */
export const invokeFunction: InvokeFunction = lambdaInvoke((region) => {
  const client = clients.get(region) ?? lambdaClient(region);
  clients.set(region, client);
  return client;
});
