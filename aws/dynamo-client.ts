import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DYNAMODB_SEND_MS } from "./sending.ts";

/**
 * A DynamoDB client fit for the token path: 250 ms to connect, 400 ms to answer, and no waiting of its own.
 *
 * The SDK by itself has no request timeout at all, only warns when `requestTimeout` passes unless told to throw, and
 * would back off longer than a sign-in lasts; sending again is the work of `sending.ts`.
 */
export function dynamoClient(region: string | undefined): DynamoDBClient {
  return new DynamoDBClient({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 250, requestTimeout: DYNAMODB_SEND_MS, throwOnRequestTimeout: true },
  });
}
