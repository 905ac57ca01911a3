import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * A DynamoDB client for administration: 5 s for a send and ten of them, slowed down where a table is busy. Nobody waits
 * to sign in here, so the SDK's own retries serve.
 */
export function attributeStoreClient(region: string | undefined): DynamoDBClient {
  return new DynamoDBClient({
    ...(region !== undefined && { region }),
    maxAttempts: 10,
    retryMode: "adaptive",
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
