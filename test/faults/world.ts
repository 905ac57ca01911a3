import { readFileSync } from "node:fs";
import { expect, vi } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { type FaultProxy, startFaultProxy } from "../../local/fault-proxy.ts";
import { type FunctionDirectory, writeFunctionDirectory } from "../../local/function-directory.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { type Lambda, startLambda } from "../../local/lambda/lambda.ts";
import { type Answer, keepsRestrictions, type Open, opener, readAnswer } from "./answer.ts";
import { type Evidence, recordsIn } from "./evidence.ts";
import { giveOrders, type Orders } from "./orders.ts";
import { newPeople, type People, type Person, type Policy, REGION, rowsOf, signInEvent, TABLE } from "./people.ts";

export type WorldOptions = {
  /** Over what the function finds otherwise. */
  readonly environment?: (people: People) => Readonly<Record<string, string>>;
  readonly concurrency?: number;
  /** In MB. */
  readonly memory?: number;
  /** The program that runs the function, in place of Node's. */
  readonly node?: string;
  /** Changes the map before it is compiled. */
  readonly map?: (text: string) => string;
  /** Changes what is deployed before anything starts. */
  readonly deployed?: (directory: FunctionDirectory) => Promise<void>;
  /** The process listens to orders. */
  readonly unruly?: true;
};

/** The Lambda bundle in a process of its own, and everything between it and what it asks. */
export type World = {
  readonly dynamodb: FaultProxy;
  readonly kms: FaultProxy;
  /** KMS itself, behind its proxy. */
  readonly keys: Kms;
  readonly keyArn: string;
  /** The tables themselves. */
  readonly tables: string;
  readonly people: People;
  readonly lambda: Lambda;
  readonly directory: FunctionDirectory;
  readonly orders: Orders;
  readonly signIn: (policy: Policy, person?: Person) => Promise<Answer>;
  readonly invoke: (event: unknown) => Promise<Answer>;
  readonly stop: () => Promise<void>;
};

/** The module behind the source `code`, which fails in the way `HOOK` says. */
const HOOKS = `
const { HOOK, HOOK_SAYS } = process.env;
export async function code() {
  if (HOOK === "rejects") throw new Error(HOOK_SAYS);
  if (HOOK === "leaves a rejection behind") void Promise.reject(new Error(HOOK_SAYS));
  if (HOOK === "throws later") setTimeout(() => { throw new Error(HOOK_SAYS); });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { role: "clerk" };
}
`;

export function planOf(map: (text: string) => string = (text) => text): Plan {
  const text = map(readFileSync("test/faults/faults.claims.yaml", "utf8"));
  const { plan, findings } = checkClaimMap(text);
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}

/** Starts a world; what is seen in it goes into `evidence`. */
export async function startWorld(evidence: Evidence, options: WorldOptions = {}): Promise<World> {
  const people = newPeople();
  const tables = await startDynamoDb();
  await createTables(tables.url, { [TABLE]: rowsOf(people) }, { [TABLE]: ["pk"] });
  const keys = createKms();
  const keyArn = keys.createKey({ region: REGION });
  const keyServer = await serveKms(keys);
  const orders = await giveOrders();
  const dynamodb = await startFaultProxy(tables.url, orders.now, evenChance());
  const kms = await startFaultProxy(keyServer.url, orders.now, evenChance());
  const directory = await writeFunctionDirectory(planOf(options.map), Buffer.from(HOOKS));
  await options.deployed?.(directory);
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: directory.path,
    handler: "index.handler",
    timeoutMs: 5000,
    region: REGION,
    concurrency: options.concurrency ?? 1,
    memory: options.memory ?? 512,
    ...(options.node !== undefined && { node: options.node }),
    environment: {
      TABLE,
      CARE_KEY_ARN: keyArn,
      CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_KMS: kms.url,
      ...(options.unruly && orders.environment),
      ...options.environment?.(people),
    },
  });
  const open = opener(keys, keyArn);
  let invoked = 0;
  const invoke = (event: unknown): Promise<Answer> => {
    invoked += 1;
    return ask(lambda, event as TriggerEvent, people, open, evidence);
  };
  return {
    dynamodb,
    kms,
    keys,
    keyArn,
    tables: tables.url,
    people,
    lambda,
    directory,
    orders,
    invoke,
    signIn: async (policy, person = "known") => {
      const answer = await invoke(signInEvent(people, policy, person));
      const free = person === "suspended" && policy === "refuse";
      if (answer.shows && (free || !keepsRestrictions(policy, answer.shows))) evidence.lost.push(policy);
      return answer;
    },
    stop: async () => {
      // Nothing may wait for an answer any more that nobody waits for.
      await vi.waitFor(() => expect([dynamodb.waiting(), kms.waiting()]).toEqual([0, 0]), { timeout: 5_000 });
      // Connections that are kept are as many as one sign-in can have used at once.
      const most = 3 * (options.concurrency ?? 1);
      expect(Math.max(dynamodb.openSockets(), kms.openSockets())).toBeLessThanOrEqual(most);
      // A record that took too long for its sign-in comes after it. Where one never comes, whoever counts them will say so.
      await vi.waitUntil(() => recordsIn(lambda.logs()).length >= invoked, { timeout: 1_000 }).catch(() => {});
      await lambda.stop();
      await vi.waitFor(() => expect([dynamodb.openSockets(), kms.openSockets()]).toEqual([0, 0]));
      for (const server of [dynamodb, kms, tables, keyServer]) await server.stop();
      await directory.remove();
      await orders.remove();
      const printed = lambda.logs();
      const told = JSON.stringify(keys.requests().map(({ context }) => context));
      evidence.texts.push({ content: printed + told, secrets: Object.values(people.secrets) });
      evidence.records.push(...recordsIn(printed));
    },
  };
}

async function ask(
  lambda: Lambda,
  event: TriggerEvent,
  people: People,
  open: Open,
  evidence: Evidence,
): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) });
  const payload: unknown = await response.json();
  const ms = performance.now() - start;
  const failed = response.headers.has("x-amz-function-error");
  const answer = await readAnswer(event, { failed, payload, printed: lambda.logs(), ms }, people, open);
  evidence.answers.push({ code: answer.code, ms });
  // Other errors are Lambda's, of a process that did not start or did not live to answer.
  if (!failed || (payload as { errorType?: string }).errorType === "Refusal") {
    evidence.decided.push(answer.code);
  }
  const content = JSON.stringify(failed ? payload : (payload as TriggerEvent).response);
  evidence.texts.push({ content, secrets: Object.values(people.secrets) });
  return answer;
}

/** Chance without luck: of any twenty draws in a row, about one is below 0.05. */
function evenChance(): () => number {
  let drawn = 0;
  return () => {
    drawn = (drawn + (Math.sqrt(5) - 1) / 2) % 1;
    return drawn;
  };
}
