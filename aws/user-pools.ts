import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DeployError } from "../deploy/deploy-error.ts";
import type { PoolPorts } from "../deploy/pool-ports.ts";
import { asked, PATIENT } from "./administration.ts";
import { sendOnTheWire } from "./pool-wire.ts";

/** A user pools client fit for administration, in the region that the pool's id begins with. */
export function userPoolsClient(poolId: string): CognitoIdentityProviderClient {
  const [region] = poolId.split("_");
  return new CognitoIdentityProviderClient({
    ...(region !== undefined && { region }),
    ...PATIENT,
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

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
