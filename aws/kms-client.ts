import { KMSClient } from "@aws-sdk/client-kms";
import { KMS_SEND_MS } from "./sending.ts";

/** All that is needed of a KMS client. */
export type KmsSender = Pick<KMSClient, "send">;

/**
 * A KMS client fit for the token path: 250 ms to connect, 800 ms to answer, connections kept, no retries and no logger.
 *
 * The SDK by itself has no request timeout at all, only warns when `requestTimeout` passes unless told to throw, and
 * backs off for seconds when throttled; sending again is the work of `sending.ts`. Its logger would print encryption
 * contexts.
 */
export function kmsClient({
  region,
  endpoint,
}: {
  /** The function's own region when undefined. */
  readonly region: string | undefined;
  readonly endpoint?: string | undefined;
}): KMSClient {
  return new KMSClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 250, requestTimeout: KMS_SEND_MS, throwOnRequestTimeout: true },
  });
}
