import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Parts of the SDK's stack that do nothing for a read and run with each: no logger is set, a row starts no function that
 * could call itself, and what software asks is read by nobody.
 */
export const IDLE: readonly string[] = ["loggerMiddleware", "recursionDetectionMiddleware", "getUserAgentMiddleware"];

/**
 * A DynamoDB client fit for the token path: 250 ms to connect, and no waiting of its own.
 *
 * How long an answer may take, until its last byte, and whether it is asked for again is the work of `sending.ts`, which
 * calls off what takes too long: a timer of the SDK's beside that one would end with the headers, and the SDK would back off
 * longer than a sign-in lasts.
 */
export function dynamoClient(region: string | undefined): DynamoDBClient {
  const client = new DynamoDBClient({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 250 },
  });
  for (const part of IDLE) client.middlewareStack.remove(part);
  return client;
}
