import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DYNAMODB_SEND_MS } from "./sending.ts";

/**
 * Parts of the SDK's stack that do nothing for a read and run with each: no logger is set, a row starts no function that
 * could call itself, and what software asks is read by nobody.
 */
export const IDLE: readonly string[] = ["loggerMiddleware", "recursionDetectionMiddleware", "getUserAgentMiddleware"];

/**
 * A DynamoDB client fit for the token path: 250 ms to connect, 400 ms to answer, and no waiting of its own.
 *
 * The SDK by itself has no request timeout at all, only warns when `requestTimeout` passes unless told to throw, and
 * would back off longer than a sign-in lasts; sending again is the work of `sending.ts`.
 */
export function dynamoClient(region: string | undefined): DynamoDBClient {
  const client = new DynamoDBClient({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 250, requestTimeout: DYNAMODB_SEND_MS, throwOnRequestTimeout: true },
  });
  for (const part of IDLE) client.middlewareStack.remove(part);
  return client;
}
