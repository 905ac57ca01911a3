import {
  type CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListIdentityProvidersCommand,
  ListResourceServersCommand,
  ListUserPoolClientsCommand,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetFunctionConfigurationCommand, GetPolicyCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { preTokenOf, triggerOf } from "../deploy/pool-trigger.ts";
import { asked } from "./administration.ts";
import { type Answers, allPages, collectAnswers, type NotRead } from "./export-answers.ts";

/** A pool as AWS shows it, secrets and all: for `readPoolExport`, which keeps what is looked at, and for nobody else. */
export type RawExport = { readonly [part: string]: unknown; readonly notRead: readonly NotRead[] };

export type PoolReaders = {
  readonly userPools: Pick<CognitoIdentityProviderClient, "send">;
  readonly functionsFor: (functionArn: string) => Pick<LambdaClient, "send">;
};

/**
 * Reads a user pool, its clients, resource servers and identity providers, its functions for tokens and for what providers
 * send, and who may invoke those. One request after the other: Cognito takes few of these a second, and sign-ins are made of other ones.
 *
 * Rejects with a `DeployError`: `AWS_REFUSED` where AWS does not show the pool itself, `AWS_UNREACHABLE`. What else it does
 * not show is missing, and stands in `notRead`.
 */
export async function readPool({ userPools, functionsFor }: PoolReaders, poolId: string): Promise<RawExport> {
  const answers = collectAnswers();
  const userPool = await describePool(userPools, poolId);
  const parts = {
    userPool,
    clients: await readClients(userPools, poolId, answers),
    resourceServers: await readResourceServers(userPools, poolId, answers),
    identityProviders: await readProviders(userPools, poolId, answers),
    ...(await readFunction(functionsFor, preTokenOf({ ...userPool?.LambdaConfig })?.functionArn, answers)),
    ...(await readFederation(
      functionsFor,
      triggerOf({ ...userPool?.LambdaConfig }, "InboundFederation")?.functionArn,
      answers,
    )),
  };
  return { v: 1, ...given(parts), notRead: answers.notRead };
}

/** Without parts that were not given: `null` says that there is none. */
function given(parts: { readonly [part: string]: unknown }): { readonly [part: string]: unknown } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

async function describePool(userPools: PoolReaders["userPools"], poolId: string): Promise<UserPoolType | undefined> {
  const ask = new DescribeUserPoolCommand({ UserPoolId: poolId });
  return (await asked("DescribeUserPool", () => userPools.send(ask))).UserPool;
}

async function readClients(userPools: PoolReaders["userPools"], poolId: string, answers: Answers): Promise<unknown> {
  const listed = await answers.of("clients", () =>
    allPages(async (token: string | undefined) => {
      const page = { UserPoolId: poolId, MaxResults: 60, NextToken: token };
      const { UserPoolClients, NextToken } = await userPools.send(new ListUserPoolClientsCommand(page));
      return { items: UserPoolClients, next: NextToken };
    }),
  );
  if (!listed) return undefined;
  const clients: unknown[] = [];
  for (const client of listed) {
    const one = { UserPoolId: poolId, ClientId: client.ClientId };
    const read = await answers.of(`clients.${client.ClientId}`, async () => {
      const { UserPoolClient } = await userPools.send(new DescribeUserPoolClientCommand(one));
      return UserPoolClient;
    });
    // One that is gone meanwhile is none.
    if (read !== null) clients.push(read ?? client);
  }
  return clients;
}

async function readResourceServers(
  userPools: PoolReaders["userPools"],
  poolId: string,
  answers: Answers,
): Promise<unknown> {
  const listed = await answers.of("resourceServers", () =>
    allPages(async (token: string | undefined) => {
      const page = { UserPoolId: poolId, MaxResults: 50, NextToken: token };
      const { ResourceServers, NextToken } = await userPools.send(new ListResourceServersCommand(page));
      return { items: ResourceServers, next: NextToken };
    }),
  );
  return listed ?? undefined;
}

async function readProviders(userPools: PoolReaders["userPools"], poolId: string, answers: Answers): Promise<unknown> {
  const listed = await answers.of("identityProviders", () =>
    allPages(async (token: string | undefined) => {
      const page = { UserPoolId: poolId, MaxResults: 60, NextToken: token };
      const { Providers, NextToken } = await userPools.send(new ListIdentityProvidersCommand(page));
      return { items: Providers, next: NextToken };
    }),
  );
  if (!listed) return undefined;
  const providers: unknown[] = [];
  for (const provider of listed) {
    const one = { UserPoolId: poolId, ProviderName: provider.ProviderName };
    const read = await answers.of(`identityProviders.${provider.ProviderName}`, async () => {
      const { IdentityProvider } = await userPools.send(new DescribeIdentityProviderCommand(one));
      return IdentityProvider;
    });
    if (read !== null) providers.push(read ?? provider);
  }
  return providers;
}

async function readFunction(
  functionsFor: PoolReaders["functionsFor"],
  arn: string | undefined,
  answers: Answers,
): Promise<{ readonly [part: string]: unknown }> {
  if (arn === undefined) return {};
  const functions = functionsFor(arn);
  const named = namedBy(arn);
  const { FunctionName: name, Qualifier } = named;
  const policyOf = (part: string, of: typeof named): Promise<unknown> =>
    answers.of(part, async () => {
      const { Policy } = await functions.send(new GetPolicyCommand(of));
      return { Policy };
    });
  return {
    functionConfiguration: await answers.of("functionConfiguration", () =>
      functions.send(new GetFunctionConfigurationCommand(named)),
    ),
    functionPolicy: await policyOf("functionPolicy", named),
    ...(Qualifier !== undefined && { unqualifiedPolicy: await policyOf("unqualifiedPolicy", { FunctionName: name }) }),
  };
}

async function readFederation(
  functionsFor: PoolReaders["functionsFor"],
  arn: string | undefined,
  answers: Answers,
): Promise<{ readonly [part: string]: unknown }> {
  if (arn === undefined) return {};
  const [functions, named] = [functionsFor(arn), namedBy(arn)];
  return {
    federationConfiguration: await answers.of("federationConfiguration", () =>
      functions.send(new GetFunctionConfigurationCommand(named)),
    ),
    federationPolicy: await answers.of("federationPolicy", async () => {
      const { Policy } = await functions.send(new GetPolicyCommand(named));
      return { Policy };
    }),
  };
}

/** A function with its alias or version, as Lambda's requests name them. */
function namedBy(arn: string): { readonly FunctionName: string; readonly Qualifier?: string } {
  const parts = arn.split(":");
  const Qualifier = parts[7];
  return { FunctionName: parts.slice(0, 7).join(":"), ...(Qualifier !== undefined && { Qualifier }) };
}
