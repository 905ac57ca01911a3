import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DeployError } from "../deploy/deploy-error.ts";
import type { PoolPorts } from "../deploy/pool-ports.ts";
import { poolError } from "./pool-fault.ts";
import { sendOnTheWire } from "./pool-wire.ts";

/**
 * A user pools client fit for administration: nobody waits for it at a sign-in, so it may repeat and take its time, and
 * only has to end. The region is the one that the pool's id begins with.
 */
export function userPoolsClient(poolId: string): CognitoIdentityProviderClient {
  const [region] = poolId.split("_");
  return new CognitoIdentityProviderClient({
    ...(region !== undefined && { region }),
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
}

/** Reads and updates user pools, in the JSON of Cognito's own interface. */
export function userPools(client: CognitoIdentityProviderClient): Pick<PoolPorts, "readPool" | "updatePool"> {
  return {
    readPool: async (poolId) => {
      const answer = await asked("DescribeUserPool", () =>
        sendOnTheWire(client, new DescribeUserPoolCommand({ UserPoolId: poolId })),
      );
      const pool = isObject(answer) ? answer["UserPool"] : undefined;
      if (isObject(pool) && pool["Id"] === poolId) return pool;
      throw new DeployError("POOL_UNREADABLE", "DescribeUserPool answered without a description of the pool");
    },
    updatePool: async (request) => {
      const command = new UpdateUserPoolCommand({ UserPoolId: String(request["UserPoolId"]) });
      await asked("UpdateUserPool", () => sendOnTheWire(client, command, JSON.stringify(request)));
    },
  };
}

async function asked(operation: string, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    throw poolError(operation, error);
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
