import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll } from "vitest";
import { createKms, type Kms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";
import { localCredentials } from "../../../local/local-account.ts";
import type { Loopback } from "../../../local/loopback.ts";

export const region = "eu-central-1";
export const home: string = `arn:aws:kms:${region}:111122223333`;

/** A KMS behind its server for the tests of one file. */
export type ServedKms = {
  readonly kms: () => Kms;
  readonly url: () => string;
  /** The SDK's own client, unmodified but for its endpoint. */
  readonly client: (clientRegion?: string) => KMSClient;
  readonly clock: { ms: number };
};

/** Starts before the tests of a file and stops after them. Its clock stands still unless it is moved. */
export function servedKms(settleMs: number = 0): ServedKms {
  const clock = { ms: Date.UTC(2026, 10, 1) };
  let kms: Kms;
  let server: Loopback;
  beforeAll(async () => {
    kms = createKms({ now: () => clock.ms, settleMs });
    server = await serveKms(kms);
  });
  afterAll(async () => {
    await server.stop();
  });
  return {
    kms: () => kms,
    url: () => server.url,
    client: (clientRegion = region) =>
      new KMSClient({ endpoint: server.url, region: clientRegion, credentials: localCredentials, maxAttempts: 1 }),
    clock,
  };
}
