import type { PoolPorts } from "../deploy/pool-ports.ts";
import { CliError, EXIT } from "./io.ts";

/** What speaks to AWS for one pool, and how to let go of it. */
export type PoolConnection = { readonly ports: PoolPorts; readonly close: () => void };

const PACKAGES = ["@aws-sdk/client-cognito-identity-provider", "@aws-sdk/client-lambda"];

/** Cognito tells what was just changed within moments. */
const PAUSE_MS = 700;

/**
 * Speaks to the user pools of a pool's region and to the functions of theirs, with the SDK's own search for credentials.
 *
 * @param load Loads what needs the SDK's clients: they are installed only where somebody attaches.
 * @throws {CliError} exit 3, with the command that installs them.
 */
export async function connectPool(poolId: string, load: typeof loadAdapters = loadAdapters): Promise<PoolConnection> {
  const [pools, permissions] = await load().catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CliError(EXIT.environment, `this needs clients of AWS: npm install --save-dev ${PACKAGES.join(" ")}`);
  });
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
