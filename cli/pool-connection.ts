import type { PoolPorts } from "../deploy/pool-ports.ts";
import { withClients } from "./aws-clients.ts";

/** What speaks to AWS for one pool, and how to let go of it. */
export type PoolConnection = { readonly ports: PoolPorts; readonly close: () => void };

/** Cognito tells what was just changed within moments. */
const PAUSE_MS = 700;

/**
 * Speaks to the user pools of a pool's region and to the functions of theirs, with the SDK's own search for credentials.
 *
 * @throws {CliError} exit 3 without the SDK's clients, as `withClients` does.
 */
export async function connectPool(poolId: string, load: typeof loadAdapters = loadAdapters): Promise<PoolConnection> {
  const [pools, permissions] = await withClients(load);
  const userPools = pools.userPoolsClient(poolId);
  const functions = new Map<string, ReturnType<typeof permissions.lambdaAdministration>>();
  const clientFor = (functionArn: string): ReturnType<typeof permissions.lambdaAdministration> => {
    const client = functions.get(functionArn) ?? permissions.lambdaAdministration(functionArn);
    functions.set(functionArn, client);
    return client;
  };
  return {
    ports: {
      ...pools.userPools(userPools),
      ...permissions.functionPermissions(clientFor),
      pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
    },
    close: () => {
      for (const client of [userPools, ...functions.values()]) client.destroy();
    },
  };
}

async function loadAdapters(): Promise<
  readonly [typeof import("../aws/user-pools.ts"), typeof import("../aws/function-permission.ts")]
> {
  return [await import("../aws/user-pools.ts"), await import("../aws/function-permission.ts")];
}
