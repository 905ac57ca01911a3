import {
  AddPermissionCommand,
  GetPolicyCommand,
  type GetPolicyCommandOutput,
  LambdaClient,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { DeployError } from "../deploy/deploy-error.ts";
import { functionAt } from "../deploy/pool-function.ts";
import type { PoolPorts } from "../deploy/pool-ports.ts";
import { asked, PATIENT } from "./administration.ts";
import { poolError } from "./pool-fault.ts";

/** A Lambda client fit for administration, in the region of a function. */
export function lambdaAdministration(functionArn: string): LambdaClient {
  const [, , , region] = functionArn.split(":");
  return new LambdaClient({
    ...(region !== undefined && { region }),
    ...PATIENT,
  });
}

/** Reads and changes who may invoke a function, alias or version. Each has a policy of its own. */
export function functionPermissions(
  clientFor: (functionArn: string) => Pick<LambdaClient, "send">,
): Pick<PoolPorts, "readPolicy" | "addPermission" | "removePermission"> {
  return {
    readPolicy: async (functionArn) => {
      const text = await policyOf(clientFor(functionArn), functionArn);
      return text === null ? null : parsed(text);
    },
    addPermission: async ({ functionArn, statementId, action, principal, sourceArn, sourceAccount }) => {
      const command = new AddPermissionCommand({
        ...named(functionArn),
        StatementId: statementId,
        Action: action,
        Principal: principal,
        SourceArn: sourceArn,
        SourceAccount: sourceAccount,
      });
      await asked("AddPermission", () => clientFor(functionArn).send(command));
    },
    removePermission: async ({ functionArn, statementId }) => {
      const command = new RemovePermissionCommand({ ...named(functionArn), StatementId: statementId });
      await asked("RemovePermission", () => clientFor(functionArn).send(command));
    },
  };
}

async function policyOf(client: Pick<LambdaClient, "send">, functionArn: string): Promise<string | null> {
  try {
    const { Policy }: GetPolicyCommandOutput = await client.send(new GetPolicyCommand(named(functionArn)));
    return Policy ?? null;
  } catch (error) {
    // No policy, or no such function: adding a permission will tell them apart.
    if (error instanceof Error && error.name === "ResourceNotFoundException") return null;
    throw poolError("GetPolicy", error);
  }
}

function parsed(text: string): { readonly [name: string]: unknown } {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && !Array.isArray(policy)) {
      return policy as { readonly [name: string]: unknown };
    }
  } catch {
    // No JSON: said below, without a parser's error, which quotes.
  }
  throw new DeployError("POOL_UNREADABLE", "GetPolicy answered with what is no policy");
}

function named(functionArn: string): { readonly FunctionName: string; readonly Qualifier?: string } {
  const { unqualified, qualifier } = functionAt(functionArn);
  return { FunctionName: unqualified, ...(qualifier !== null && { Qualifier: qualifier }) };
}
