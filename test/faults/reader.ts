import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { vi } from "vitest";
import { kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import { type FaultProxy, startFaultProxy } from "../../local/fault-proxy.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { listenLoopback } from "../../local/loopback.ts";
import { createOpener, type Opener, type OpenerOptions } from "../../resource-server/open.ts";
import { accessToken, clientId, jwk, poolId, poolKey, seconds, sub } from "../resource-server/service.ts";
import type { Bench } from "./cell.ts";

const LICENCE = "DE-48213377-1a2b3c4d";

/** A service that opens tokens, and everything between it and KMS. */
export type Reader = {
  readonly kms: FaultProxy;
  readonly keys: Kms;
  readonly keyArn: string;
  /** A new service, with nothing held but the pool's signing keys. */
  readonly opener: () => Opener;
  /** One that asks the pool's own address for those. */
  readonly poolOpener: (change?: Partial<OpenerOptions>) => Opener;
  /** A token sealed under a data key of its own, or several under the same. */
  readonly tokens: (count: number) => Promise<readonly string[]>;
  /** Opens as a service does; gives the sealed licence number, or rejects as `open` does. */
  readonly read: (opener: Opener, token: string) => Promise<unknown>;
};

export async function startReader({ timed, afterwards, evidence }: Bench): Promise<Reader> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  afterwards(async () => void vi.unstubAllEnvs());
  const keys = createKms();
  const keyArn = keys.createKey({ region: "eu-central-1" });
  const server = await serveKms(keys);
  afterwards(server.stop);
  const kms = await startFaultProxy(server.url);
  afterwards(kms.stop);
  const options = {
    resourceServer: "care-api",
    userPoolId: poolId,
    clientId: [clientId],
    scope: "care-api/chart.read",
    map: "clinic-eu",
    seal: { mode: "envelope", keys: [keyArn] },
    kms: { endpoint: kms.url },
  } as const;
  const issuer = kmsDataKeys(kmsClient({ region: "eu-central-1", endpoint: server.url }));
  return {
    kms,
    keys,
    keyArn,
    opener: () => createOpener({ ...options, jwks: { fetch: async () => ({ keys: [jwk(poolKey)] }) } }),
    poolOpener: (change = {}) => createOpener({ ...options, ...change }),
    tokens: async (count) => {
      const context = encryptionContext("care-api", poolId);
      const dataKey = await issuer(keyArn, context, AbortSignal.timeout(5_000));
      return Array.from({ length: count }, () => {
        const binding = { sub, iat: seconds() };
        const sealed = sealEnvelope(new Map([["licence_no", LICENCE]]), binding, dataKey, null);
        return accessToken({ sealed_care_api: sealed });
      });
    },
    read: async (opener, token) => {
      try {
        const { sealed } = await timed(() => opener.open(token));
        return sealed["licence_no"]?.reveal();
      } catch (error) {
        const { message, stack } = error as Error;
        evidence.texts.push({ content: `${message} ${stack} ${JSON.stringify(error)}`, secrets: [LICENCE, sub] });
        throw error;
      }
    },
  };
}

/** What a service reads in a token where nothing is wrong. */
export const READS: string = LICENCE;

export type PoolAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export type PoolAddress = {
  /** How often the pool's signing keys were asked for. */
  readonly asked: () => number;
  /** What is answered from now on. */
  readonly answer: (answer: PoolAnswer) => void;
};

/** Stands in for the pool's own address: whatever is fetched arrives here until the cell has run. */
export async function standInForPool({ afterwards }: Bench): Promise<PoolAddress> {
  let asked = 0;
  let answer: PoolAnswer = () => {};
  const server = await listenLoopback(
    createServer((request, response) => {
      asked += 1;
      answer(request, response);
    }),
  );
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (uri: string, options: RequestInit) => fetch(server.url + new URL(uri).pathname, options));
  afterwards(async () => {
    vi.unstubAllGlobals();
    await server.stop();
  });
  return {
    asked: () => asked,
    answer: (next) => {
      answer = next;
    },
  };
}

/** Answers with the pool's signing keys, or with other JSON. */
export function publishing(set: unknown = { keys: [jwk(poolKey)] }): PoolAnswer {
  return (_request, response) => response.end(JSON.stringify(set));
}

/** Answers with a number of spaces, as fast as they are read. */
export function flooding(bytes: number): { readonly answer: PoolAnswer; readonly mostSent: () => number } {
  const megabyte = Buffer.alloc(1_000_000, " ");
  let mostSent = 0;
  function* pieces(): Generator<Buffer> {
    for (let sent = 0; sent < bytes; sent += megabyte.length) {
      mostSent = Math.max(mostSent, sent);
      yield megabyte;
    }
  }
  return {
    answer: (_request, response) => {
      response.writeHead(200, { "content-length": String(bytes) });
      pipeline(pieces, response, () => {});
    },
    mostSent: () => mostSent,
  };
}
