import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { PATIENT } from "./administration.ts";
import type { StoreReaders } from "./export-stores.ts";
import { lambdaAdministration } from "./function-permission.ts";
import type { PoolReaders } from "./pool-export.ts";
import { userPoolsClient } from "./user-pools.ts";

/** Clients for reading one pool and what belongs to it, made when they are first asked for. */
export function exportClients(poolId: string): PoolReaders & StoreReaders & { readonly close: () => void } {
  const userPools = userPoolsClient(poolId);
  const opened: { destroy: () => void }[] = [userPools];
  const each = <T extends { destroy: () => void }>(make: (name: string) => T): ((name: string) => T) => {
    const made = new Map<string, T>();
    return (name) => {
      const client = made.get(name) ?? make(name);
      if (!made.has(name)) opened.push(client);
      made.set(name, client);
      return client;
    };
  };
  return {
    userPools,
    functionsFor: each(lambdaAdministration),
    keysIn: each((region) => new KMSClient({ region, ...PATIENT })),
    tablesIn: each((region) => new DynamoDBClient({ region, ...PATIENT })),
    close: () => {
      for (const client of opened) client.destroy();
    },
  };
}
