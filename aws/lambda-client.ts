import { LambdaClient } from "@aws-sdk/client-lambda";

/**
 * A Lambda client fit for the token path: 250 ms to connect, and no retries of its own. How long a function may take to
 * answer is its caller's to say: one that starts anew may need seconds.
 */
export function lambdaClient(region: string | undefined): LambdaClient {
  return new LambdaClient({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 250 },
  });
}
