import { readFileSync } from "node:fs";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { bindPlan } from "../../claims/bind.ts";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import { tokenBytes } from "../../cognito/token-size.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { TableRows } from "../../local/dynamodb.ts";
import { houseInMemory } from "../../local/issue-in-memory.ts";
import { readSetup, type SetupClient, type StackSetup } from "../../local/stack-setup.ts";
import { tokenGenerationEvent } from "../../local/user-pool/trigger-request.ts";
import type { PoolUser } from "../../local/user-pool/user-directory.ts";
import { asItCame } from "../../triggers/as-it-was.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { type Hooks, withHooks } from "../../triggers/hooks.ts";
import { mapNames } from "../../triggers/map-names.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { recordLine } from "../../triggers/record-line.ts";
import { recorded } from "../../triggers/recorded.ts";
import { type Meter, meteredTables } from "./metered-tables.ts";

/** What one grant costs besides keys. */
export type Issued = {
  readonly profile: string;
  readonly accessBytes: number;
  /** Null for a machine. */
  readonly idBytes: number | null;
  /** The same access token without its envelopes. */
  readonly clearBytes: number;
  /** Resource servers whose envelope is in it, by their names. */
  readonly sealedFor: readonly string[];
  readonly dynamo: Meter;
  readonly recordBytes: number;
};

/** An example map, bound as it would be, and everybody of its example signed in once. */
export type Measured = { readonly name: string; readonly plan: Plan; readonly issued: readonly Issued[] };

const POOL = "eu-central-1_Example01";
const NOW = Date.parse("2026-11-30T09:00:00.000Z");
const QUIET = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0 };

/** Signs everybody of an example in, in memory: real tokens, real envelopes, and the records there would be. */
export async function measureMap(name: string, hooks: Hooks = {}): Promise<Measured> {
  const read = (end: string): string => readFileSync(`mappings/${name}.${end}`, "utf8");
  const { plan } = checkClaimMap(read("claims.yaml"));
  if (plan === null) throw new TypeError(`mappings/${name}.claims.yaml does not pass its check`);
  const setup = readSetup(JSON.parse(read("dev.json")));
  const tables = JSON.parse(read("tables.json")) as TableRows;
  const bound = bindPlan(plan, { ...setup.environment, ...arns(setup) });
  const issued: Issued[] = [];
  for (const event of eventsOf(bound, setup)) issued.push(await issue(bound, event, tables, hooks));
  return { name, plan: bound, issued };
}

/** The profile that most of an example's people, or else its machines, have. */
export function profileOf({ plan, issued }: Measured): PlanProfile {
  const profile = plan.profiles.find(({ name }) => name === issued[0]?.profile);
  if (profile === undefined) throw new TypeError("an example in which nobody signs in");
  return profile;
}

function arns({ keys }: StackSetup): { readonly [name: string]: string } {
  const named = Object.entries(keys).map(([name, region], index) => {
    return [name, `arn:aws:kms:${region}:111122223333:key/0000000${index}-0000-4000-8000-000000000000`] as const;
  });
  return Object.fromEntries(named);
}

function eventsOf(plan: Plan, setup: StackSetup): readonly TriggerEvent[] {
  const pool = { poolId: POOL, region: setup.region, lambdaVersion: plan.events };
  const people = setup.people.map(({ client, attributes, groups, metadata }) => {
    const { sub = "", ...others } = attributes;
    const user: PoolUser = {
      sub,
      username: sub,
      attributes: new Map(Object.entries(others)),
      status: "CONFIRMED",
      enabled: true,
      createdMs: NOW,
      modifiedMs: NOW,
    };
    // A sign-in by password, through the API: Cognito gives it this scope and no other.
    return tokenGenerationEvent(pool, clientOf(setup, client).id, {
      source: "TokenGeneration_Authentication",
      scopes: ["aws.cognito.signin.user.admin"],
      person: { user, groups: { groupsToOverride: [...groups], iamRolesToOverride: [], preferredRole: null } },
      clientMetadata: metadata ?? null,
    });
  });
  const governed = new Set(plan.profiles.flatMap(({ clients }) => clients));
  const machines = setup.clients.filter(
    ({ id, grants }) => grants.includes("client_credentials") && (governed.has(id) || governed.has("*")),
  );
  return [
    ...people,
    ...machines.map(({ id, scopes }) =>
      tokenGenerationEvent(pool, id, {
        source: "TokenGeneration_ClientCredentials",
        scopes,
        person: null,
        clientMetadata: null,
      }),
    ),
  ];
}

function clientOf({ clients }: StackSetup, name: string): SetupClient {
  const client = clients.find((each) => each.name === name);
  if (client === undefined) throw new TypeError("no such client");
  return client;
}

async function issue(plan: Plan, event: TriggerEvent, tables: TableRows, hooks: Hooks): Promise<Issued> {
  const dynamo: Meter = { requests: 0, units: 0 };
  const client = meteredTables(tables, dynamo);
  const load = withHooks(
    dynamoAttributes(() => client),
    hooks,
  );
  const { house } = houseInMemory(plan, load, () => NOW, BUDGET_MS);
  let [line, profile] = ["", ""];
  const trigger = recorded(customizeToken({ ...house, steady: () => 0 }), {
    plan,
    names: mapNames(plan),
    planSha256: "0".repeat(64),
    resolvedSha256: "0".repeat(64),
    mode: "enforce",
    asItWas: asItCame,
    write: async (record, counts) => {
      line = recordLine({ ...record, ms: { ...record.ms, total: 12.345 } }, counts, 0);
      profile = record.profile ?? "";
    },
    traffic: () => ({ dynamodb: QUIET, kms: QUIET }),
    strays: () => 0,
    subjectHash: () => (plan.pseudonyms === undefined ? null : () => "h".repeat(22)),
    now: () => NOW,
    steady: () => 0,
  });
  const response = await trigger(event, { awsRequestId: "00000000-0000-4000-8000-000000000000" });
  const iat = Math.floor(NOW / 1000);
  const simulated = simulateTokens({ poolVersion: plan.events, event, response, issued: { iat, authTime: iat } });
  if (simulated.refused) throw new TypeError(`Cognito would refuse: ${simulated.refused.reason}`);
  const { accessToken, idToken } = simulated;
  const servers = Object.entries(plan.resourceServers);
  const sealed = servers.filter(([, { claim }]) => accessToken[claim] !== undefined);
  const clear = Object.entries(accessToken).filter(([name]) => !sealed.some(([, { claim }]) => claim === name));
  return {
    profile,
    accessBytes: tokenBytes(accessToken),
    idBytes: idToken && tokenBytes(idToken),
    clearBytes: tokenBytes(Object.fromEntries(clear)),
    sealedFor: sealed.map(([name]) => name),
    dynamo,
    recordBytes: Buffer.byteLength(line) + 1,
  };
}
