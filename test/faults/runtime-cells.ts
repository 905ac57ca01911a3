import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { type Fault, startFaultProxy } from "../../local/fault-proxy.ts";
import type { FunctionDirectory } from "../../local/function-directory.ts";
import { WHOLE } from "./answer.ts";
import { blockedLog } from "./blocked-log.ts";
import type { Cell } from "./cell.ts";
import { warmWorld } from "./dynamodb-cells.ts";
import { recordsIn } from "./evidence.ts";
import { signInEvent } from "./people.ts";
import { ALL_WELL, NO_TABLE, NO_TABLE_CODES, NOTHING, outcomeOf, sweep } from "./sweep.ts";
import { planOf, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const unnoticed = { gets: "a token", token: "everything", codes: [], within: "1.5 s" } as const;

const nothingToGoBy = {
  gets: "by the map",
  token: "by the map; without the envelope, unless a data key is held",
  codes: NO_TABLE_CODES,
  within: "1.5 s",
} as const;

const secondRevision = (text: string): string =>
  text.replace('revision: "1"', 'revision: "2"').replace("value: strict.role", "value: '\"clerk\"'");

/** Writes over what is deployed, as far as one file. */
async function overwritePlan({ path }: FunctionDirectory, plan: object): Promise<void> {
  await writeFile(join(path, "plan.json"), JSON.stringify(plan));
}

export const runtimeCells: readonly Cell[] = [
  {
    id: "F29",
    dependency: "The plan",
    fault: "another than the one deployed, by one character or by a revision; none at all, or a part of one",
    gets: "a refusal; Lambda's own error where the function does not start",
    token: "none",
    codes: ["PLAN_MISMATCH", "PLAN_MISSING"],
    within: "1.5 s",
    also: ["test/lambda-bundle.test.ts", "test/triggers/trigger.test.ts"],
    metrics: ["Faults"],
    run: async (bench) => {
      const changes: readonly ((directory: FunctionDirectory) => Promise<void>)[] = [
        async (directory) => {
          const plan = await readFile(join(directory.path, "plan.json"), "utf8");
          await writeFile(join(directory.path, "plan.json"), plan.replace("SUSPENDED", "SUSPENDEE"));
        },
        (directory) => overwritePlan(directory, planOf(secondRevision)),
      ];
      for (const deployed of changes) {
        const world = await bench.start({ deployed });
        expect(await world.signIn("deny")).toMatchObject({ code: "PLAN_MISMATCH" });
        expect(await world.signIn("refuse", "suspended")).toMatchObject({ code: "PLAN_MISMATCH" });
      }
      for (const deployed of [
        ({ path }: FunctionDirectory) => rm(join(path, "plan.json")),
        ({ path }: FunctionDirectory) => truncate(join(path, "plan.json"), 1_000),
        ({ path }: FunctionDirectory) => writeFile(join(path, "plan.json"), "{}"),
      ]) {
        const world = await bench.start({ deployed });
        expect(await world.signIn("deny")).toMatchObject({ code: "PLAN_MISSING" });
      }
    },
  },
  {
    id: "F30",
    dependency: "The plan",
    fault: "another is deployed during traffic",
    ...unnoticed,
    token: "everything, all of it by one revision, which `cmv` names",
    run: async (bench) => {
      const [first, second] = await Promise.all([bench.start(), bench.start({ map: secondRevision })]);
      const seen = new Map<unknown, number>();
      const traffic = async (world: World, times: number): Promise<void> => {
        for (let time = 0; time < times; time += 1) {
          const { access } = await world.signIn("deny");
          const { cmv, role } = access;
          expect([cmv, role]).toEqual(cmv === "faults@1" ? ["faults@1", "physician"] : ["faults@2", "clerk"]);
          seen.set(cmv, (seen.get(cmv) ?? 0) + 1);
        }
      };
      await traffic(first, 1);
      await overwritePlan(first.directory, planOf(secondRevision));
      await Promise.all([traffic(first, 20), traffic(second, 20)]);
      expect([...seen]).toEqual([
        ["faults@1", 21],
        ["faults@2", 20],
      ]);
    },
  },
  {
    id: "F32",
    dependency: "Clock",
    fault: "set back by an hour while the process runs",
    ...unnoticed,
    token: "everything; what is too old for use stays too old",
    codes: ["MAP_SUSPENDED", "SOURCE_UNAVAILABLE"],
    also: ["test/crypto/clock.test.ts", "test/crypto/data-key-cache.test.ts"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      await world.orders.clock({ wallMs: -HOUR_MS });
      const before = world.kms.count();
      expect(await sweep(world)).toEqual(ALL_WELL);
      expect(world.kms.count()).toBe(before);
      // A minute and an hour that only one of the clocks knows of.
      world.dynamodb.inject({ end: { kind: "reset" } });
      await world.orders.clock({ wallMs: -HOUR_MS, steadyMs: 61_000 });
      expect(await world.signIn("stale")).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      world.dynamodb.inject();
      await world.orders.clock({ wallMs: -HOUR_MS, steadyMs: 61 * MINUTE_MS });
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      expect(world.kms.count()).toBe(before + 1);
    },
  },
  {
    id: "F33",
    dependency: "Runtime",
    fault: "frozen for 30 minutes, longer than a data key may be used; kept connections are dead after it",
    ...unnoticed,
    token: "everything, sealed with a new data key",
    codes: ["SOURCE_UNAVAILABLE"],
    metrics: ["Retries"],
    run: async (bench) => {
      const map = (text: string): string =>
        text.replace("mode: envelope }", "mode: envelope, dataKey: { maxAge: 5m } }");
      const world = await bench.start({ unruly: true, map });
      expect((await world.signIn("stale")).shows).toEqual(WHOLE.stale);
      const pid = await world.orders.pid();
      const frozen = async (work: () => Promise<void> | void): Promise<void> => {
        process.kill(pid, "SIGSTOP");
        await work();
        process.kill(pid, "SIGCONT");
      };
      const before = world.kms.count();
      await frozen(async () => {
        await world.orders.clock({ wallMs: 30 * MINUTE_MS });
        world.dynamodb.inject({ reused: true, end: { kind: "reset" } });
        world.kms.inject({ reused: true, end: { kind: "reset" } });
      });
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      // One that found a dead connection, and one that did not.
      expect(world.kms.count() - before).toBe(2);
      await frozen(async () => {
        await world.orders.clock({ wallMs: 60 * MINUTE_MS });
        world.dynamodb.inject({ end: { kind: "reset" } });
      });
      expect(await world.signIn("stale")).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    },
  },
  {
    id: "F34",
    dependency: "Runtime",
    fault: "the event loop stands still for 2 s; there is no memory left",
    gets: "a token, or by the map where the row came too late; Lambda's own error where the process dies; a token the next time",
    token: "everything, or by the map",
    codes: ["Runtime.ExitError"],
    within: "4.2 s",
    run: async (bench) => {
      const world = await bench.start({ unruly: true, memory: 128 });
      for (const policy of ["stale", "unknown"] as const) {
        expect((await world.signIn(policy)).shows).toEqual(WHOLE[policy]);
        world.dynamodb.inject({ delayMs: 100 });
        const under = world.signIn(policy);
        await vi.waitFor(() => expect(world.dynamodb.waiting()).toBe(1), { interval: 5 });
        await world.orders.fit({ busyMs: 2_000 });
        expect(["whole", "least"]).toContain(outcomeOf(policy, await under));
        world.dynamodb.inject();
        expect((await world.signIn(policy)).shows).toEqual(WHOLE[policy]);
      }
      world.dynamodb.inject({ delayMs: 300 });
      const under = world.signIn("deny");
      await vi.waitFor(() => expect(world.dynamodb.waiting()).toBe(1), { interval: 5 });
      await world.orders.fit({ hoards: true });
      expect(await under).toMatchObject({ code: "Runtime.ExitError" });
      world.dynamodb.inject();
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      expect(world.lambda.coldStarts()).toHaveLength(2);
    },
  },
  {
    id: "F35",
    dependency: "Runtime",
    fault: "a hook rejects, leaves a rejection to nobody, or throws from a timer",
    gets: "a refusal where the hook's own promise rejects; a token otherwise, from the same process",
    token: "everything",
    codes: ["SOURCE_UNAVAILABLE"],
    within: "1.5 s",
    metrics: ["Strays", "Faults"],
    run: async (bench) => {
      for (const HOOK of ["rejects", "leaves a rejection behind", "throws later"]) {
        const world = await bench.start({
          environment: ({ secrets }) => ({ HOOK, HOOK_SAYS: `${secrets.legalName} ${secrets.email}` }),
        });
        for (let times = 0; times < 3; times += 1) {
          const outcome = outcomeOf("code", await world.signIn("code"));
          expect(outcome).toBe(HOOK === "rejects" ? "SOURCE_UNAVAILABLE" : "whole");
          expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
        }
        expect(world.lambda.coldStarts()).toHaveLength(1);
      }
    },
  },
  {
    id: "F36",
    dependency: "Cognito",
    fault: "sends one event three times, overlapping",
    ...unnoticed,
    token: "the same claims three times; nothing is written anywhere",
    also: ["test/triggers/pre-token-generation.test.ts"],
    run: async (bench) => {
      const world = await bench.start({ concurrency: 3 });
      world.dynamodb.inject({ jitterMs: 100 });
      const event = signInEvent(world.people, "deny", "known");
      for (let times = 0; times < 3; times += 1) {
        const answers = await Promise.all([event, event, event].map(world.invoke));
        expect(answers.map(({ shows }) => shows)).toEqual([WHOLE.deny, WHOLE.deny, WHOLE.deny]);
      }
      const asked = [...world.dynamodb.requests(), ...world.kms.requests()].map(({ operation }) => operation);
      expect([...new Set(asked)].toSorted()).toEqual(["GenerateDataKey", "GetItem"]);
    },
  },
  {
    id: "F37",
    dependency: "Cognito",
    fault: "sends a source, a version or fields nobody heard of, or leaves out what it never left out",
    gets: "a token for whatever is new; a refusal for what is missing, of another shape, or a client without a profile",
    token: "everything",
    codes: ["EVENT_MALFORMED", "EVENT_VERSION", "PROFILE_NONE"],
    within: "1.5 s",
    also: ["test/cognito/read-subject.test.ts", "test/lambda-bundle.test.ts"],
    metrics: ["Faults"],
    run: async (bench) => {
      const world = await bench.start();
      const event = signInEvent(world.people, "deny", "known");
      const { request, callerContext } = event;
      for (const news of [
        { triggerSource: "TokenGeneration_Telepathy" },
        { version: "9" },
        { version: undefined },
        { risk: { level: "low" }, request: { ...request, device: {} } },
      ]) {
        expect((await world.invoke({ ...event, ...news })).shows).toEqual(WHOLE.deny);
      }
      const { scopes: _, ...without } = request;
      for (const [code, broken] of [
        ["EVENT_VERSION", { version: "1", request: without, response: { claimsOverrideDetails: null } }],
        ["EVENT_MALFORMED", { callerContext: undefined }],
        ["EVENT_MALFORMED", { request: undefined }],
        ["EVENT_MALFORMED", { request: { ...request, userAttributes: { ...request.userAttributes, sub: 7 } } }],
        ["PROFILE_NONE", { callerContext: { ...callerContext, clientId: "nobody's" } }],
      ] as const) {
        expect(await world.invoke({ ...event, ...broken })).toMatchObject({ code });
      }
      for (const nothing of [null, [], "event", 7]) {
        expect(await world.invoke(nothing)).toMatchObject({ code: "EVENT_MALFORMED" });
      }
    },
  },
  {
    id: "F38",
    dependency: "Log",
    fault: "nobody reads standard output",
    ...unnoticed,
    metrics: ["RecordsLost"],
    also: ["test/triggers/record-writer.test.ts"],
    run: async (bench) => {
      const log = await blockedLog();
      bench.afterwards(log.remove);
      const world = await bench.start({ node: log.node });
      const times = 130;
      for (let time = 0; time < times; time += 1) expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      // Somebody reads again: what had waited comes, then what comes next, with a count of what did not.
      let printed = "";
      const comes = (records: number): Promise<void> =>
        vi.waitFor(() => {
          printed += log.read();
          expect(recordsIn(printed)).toHaveLength(records);
        }, 5_000);
      // One in the pipe, and a hundred behind it.
      const waiting = 101;
      await comes(waiting);
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      await comes(waiting + 1);
      expect(recordsIn(printed).at(-1)).toMatchObject({ lost: times - waiting });
      bench.evidence.records.push(...recordsIn(printed));
      bench.evidence.texts.push({ content: printed, secrets: Object.values(world.people.secrets) });
    },
  },
  {
    id: "F39",
    dependency: "Metrics",
    fault: "their endpoint, and that of traces, is down",
    ...unnoticed,
    token: "everything; metrics are lines of the log, and no endpoint is asked",
    codes: ["MAP_SUSPENDED"],
    run: async (bench) => {
      const elsewhere = await startFaultProxy("http://127.0.0.1:1");
      bench.afterwards(elsewhere.stop);
      elsewhere.inject({ end: { kind: "hang" } });
      const { url } = elsewhere;
      const world = await bench.start({
        environment: () => ({
          AWS_ENDPOINT_URL: url,
          AWS_ENDPOINT_URL_CLOUDWATCH: url,
          AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
          AWS_ENDPOINT_URL_XRAY: url,
          AWS_XRAY_DAEMON_ADDRESS: url.replace("http://", ""),
          OTEL_EXPORTER_OTLP_ENDPOINT: url,
        }),
      });
      expect(await sweep(world)).toEqual(ALL_WELL);
      expect(elsewhere.count()).toBe(0);
    },
  },
  {
    id: "F40",
    dependency: "DynamoDB and KMS",
    fault: "both are a black hole, at a cold start; both reset every connection, later",
    ...nothingToGoBy,
    metrics: ["Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      const cold = await bench.start();
      for (const proxy of [cold.dynamodb, cold.kms]) proxy.inject({ end: { kind: "hang" } });
      expect(await sweep(cold)).toEqual(NOTHING);
      const warm = await warmWorld(bench);
      for (const proxy of [warm.dynamodb, warm.kms]) proxy.inject({ end: { kind: "reset" } });
      expect(await sweep(warm)).toEqual(NO_TABLE);
    },
  },
  {
    id: "F41",
    dependency: "Region",
    fault: "no name of it resolves; each source has one region",
    ...nothingToGoBy,
    metrics: ["Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      const nowhere = "http://nowhere.invalid:1";
      const world = await bench.start({
        environment: () => ({ AWS_ENDPOINT_URL_DYNAMODB: nowhere, AWS_ENDPOINT_URL_KMS: nowhere }),
      });
      expect(await sweep(world)).toEqual(NOTHING);
    },
  },
  {
    id: "F42",
    dependency: "Recovery",
    fault: "any fault ends",
    gets: "a token, within 5 s of it",
    token: "everything",
    codes: ["CLAIM_RESTRICTS_UNKNOWN", "MAP_SUSPENDED", "SEAL_UNAVAILABLE", "SOURCE_UNAVAILABLE"],
    within: "4.2 s",
    metrics: ["Faults"],
    run: async (bench) => {
      const error = (status: number, code: string): Fault => ({ end: { kind: "error", status, code } });
      const faults: readonly (readonly Fault[])[] = [
        [{ end: { kind: "reset" } }],
        [error(500, "InternalServerError")],
        [error(400, "ThrottlingException")],
        [error(400, "AccessDeniedException")],
        [{ end: { kind: "text", body: "<html>" } }],
        [{ end: { kind: "hang" }, times: 4 }, { end: { kind: "truncate" } }],
      ];
      await Promise.all(
        faults.map(async (fault) => {
          const world = await bench.start();
          for (const proxy of [world.dynamodb, world.kms]) proxy.inject(...fault);
          for (let times = 0; times < 25; times += 1) {
            expect(await world.signIn("sealed")).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
          }
          world.dynamodb.inject();
          await vi.waitFor(async () => expect((await world.signIn("restricts")).shows).toEqual(WHOLE.restricts), 5_000);
          for (let times = 0; times < 12; times += 1) {
            expect(await world.signIn("sealed")).toMatchObject({ code: "SEAL_UNAVAILABLE" });
          }
          world.kms.inject();
          await vi.waitFor(async () => expect((await world.signIn("sealed")).shows).toEqual(WHOLE.sealed), 5_000);
          const [before, asked] = [world.dynamodb.count(), world.kms.count()];
          expect(await sweep(world)).toEqual(ALL_WELL);
          // One read each, a second copy of slow ones, and the held key: nothing is made up for.
          expect(world.dynamodb.count() - before).toBeLessThanOrEqual(2 * 9);
          expect(world.kms.count()).toBe(asked);
        }),
      );
    },
  },
];
