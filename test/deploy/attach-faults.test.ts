import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Fields } from "../../cognito/own-fields.ts";
import { planAttach } from "../../deploy/attach.ts";
import { applyChange } from "../../deploy/attach-apply.ts";
import { planUndo } from "../../deploy/attach-undo.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { planDetach } from "../../deploy/detach.ts";
import type { PoolBackup } from "../../deploy/pool-backup.ts";
import { isDone, type PoolChange } from "../../deploy/pool-change.ts";
import { permissionFor } from "../../deploy/pool-permission.ts";
import { runs } from "../runs.ts";
import { FULL_POOL, lambda, POOL_ID, SECRETS } from "./a-full-pool.ts";
import { type Account, anAccount, Died, type Fault } from "./an-account.ts";

const CLAIMS = lambda("claims:live");
const OLD = lambda("old-token-function");
const accepted: readonly string[] = [];

/** What a pool may have at its trigger before it is attached. */
const TRIGGERS: { readonly [told: string]: Fields } = {
  none: {},
  older: { PreTokenGeneration: OLD },
  newer: { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: OLD } },
  both: { PreTokenGeneration: OLD, PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: OLD } },
  "claims by V1": { PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: CLAIMS } },
  "another alias": { PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: lambda("claims:blue") } },
};

type Scene = {
  readonly dropped: readonly string[];
  readonly trigger: string;
  readonly isPermitted: boolean;
  readonly mirrors: boolean;
};

const scenes: fc.Arbitrary<Scene> = fc.record({
  dropped: fc.subarray([
    "Policies",
    "DeletionProtection",
    "UserPoolTags",
    "SmsConfiguration",
    "UserPoolAddOns",
    "DeviceConfiguration",
  ]),
  trigger: fc.constantFrom(...Object.keys(TRIGGERS)),
  isPermitted: fc.boolean(),
  mirrors: fc.boolean(),
});
const oneFault: fc.Arbitrary<Fault> = fc.record({
  call: fc.nat(12),
  how: fc.constantFrom("refused" as const, "unreachable" as const, "lost" as const),
});
const theEnd: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ call: fc.nat(12), how: fc.constantFrom("dies before" as const, "dies after" as const) }),
  fc.record({
    call: fc.nat(12),
    how: fc.constantFrom("refused" as const, "unreachable" as const, "lost" as const),
    on: fc.constant(true),
  }),
);

function accountOf({ dropped, trigger, isPermitted, mirrors }: Scene): Account {
  const kept = Object.fromEntries(Object.entries(FULL_POOL).filter(([name]) => !dropped.includes(name)));
  const LambdaConfig = { ...(FULL_POOL["LambdaConfig"] as Fields), ...TRIGGERS[trigger] };
  const account = anAccount({ ...kept, LambdaConfig }, mirrors);
  // What is at the trigger may be invoked, as it is in a pool that works.
  account.grant({ ...permissionFor(FULL_POOL, OLD, null), statementId: "FromTheConsole" });
  account.grant({ ...permissionFor(FULL_POOL, lambda("claims:blue"), null), statementId: "FromAnotherStack" });
  if (isPermitted || trigger === "claims by V1")
    account.grant({ ...permissionFor(FULL_POOL, CLAIMS, null), statementId: "FromAStack" });
  return account;
}

const stateOf = ({ pool, policies }: Account): object => {
  const { LastModifiedDate: _, ...settings } = pool.describe();
  return { settings, policies: policies() };
};

/** One run of the command, reading included. What it kept as a backup is added to `backups` once it is kept. */
async function run(
  account: Account,
  plan: (account: Account) => Promise<PoolChange | null>,
  backups: PoolBackup[] = [],
) {
  const change = await plan(account);
  if (change === null || isDone(change)) return;
  const keep = async (backup: PoolChange["backup"]): Promise<void> => {
    backups.push(JSON.parse(JSON.stringify({ ...backup, made: "2026-11-22T10:00:00Z" })) as PoolBackup);
  };
  await applyChange(change, account.ports, keep, () => {});
}

const attach = ({ ports }: Account) =>
  planAttach(
    { poolId: POOL_ID, functionArn: CLAIMS, trigger: "PreTokenGeneration", events: "V3", replace: true, accepted },
    ports,
  );
const detach = ({ ports }: Account) =>
  planDetach({ poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: CLAIMS, accepted }, ports);
const undo =
  (backup: PoolBackup | undefined) =>
  ({ ports }: Account) =>
    planUndo({ backup: backup as PoolBackup, replace: false, accepted }, ports);

/** The state that a run without a fault leads to. */
async function goal(scene: Scene, ...plans: readonly (typeof attach | typeof detach)[]): Promise<object> {
  const account = accountOf(scene);
  for (const plan of plans) await run(account, plan);
  return stateOf(account);
}

const outcomeOf = (running: Promise<void>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

describe("attach", () => {
  test("and --undo give a pool back with every setting, whatever was at its trigger", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const account = accountOf(scene);
        const before = stateOf(account);
        const backups: PoolBackup[] = [];
        await run(account, attach, backups);
        expect(account.pool.describe()["LambdaConfig"]).toMatchObject({
          PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: CLAIMS },
        });
        if (backups.length > 0) await run(account, undo(backups[0]));
        expect(stateOf(account)).toEqual(before);
        expect(account.gaps).toEqual([]);
      }),
    );
  });

  test("leaves everything as asked for or as it was, whichever one call fails", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, oneFault, async (scene, fault) => {
        const account = accountOf(scene);
        const before = stateOf(account);
        account.faulty(fault);
        const outcome = await outcomeOf(run(account, attach));
        expect(account.gaps).toEqual([]);
        const left = outcome === null ? await goal(scene, attach) : before;
        expect(stateOf(account)).toEqual(left);
        expect(outcome === null || (outcome instanceof DeployError && outcome.code !== "RESTORE_FAILED")).toBe(true);
      }),
      { numRuns: runs(120) },
    );
  });

  test("that ended at any call is finished by another run, and says nothing of what the pool holds", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, theEnd, async (scene, fault) => {
        const account = accountOf(scene);
        account.faulty(fault);
        const outcome = await outcomeOf(run(account, attach));
        const said = outcome instanceof Died ? "" : String(outcome);
        expect(SECRETS.filter((secret) => said.includes(secret))).toEqual([]);
        account.faulty(null);
        await run(account, attach);
        expect(stateOf(account)).toEqual(await goal(scene, attach));
        expect(account.gaps).toEqual([]);
      }),
      { numRuns: runs(120) },
    );
  });

  test("that ended at any call is undone by its backup", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, theEnd, async (scene, fault) => {
        const account = accountOf(scene);
        const before = stateOf(account);
        const backups: PoolBackup[] = [];
        account.faulty(fault);
        await outcomeOf(run(account, attach, backups));
        account.faulty(null);
        // Without a backup nothing was sent yet.
        if (backups.length > 0) await run(account, undo(backups[0]));
        expect(stateOf(account)).toEqual(before);
        expect(account.gaps).toEqual([]);
      }),
      { numRuns: runs(120) },
    );
  });
});

describe("--undo", () => {
  test("that ended at any call is finished by another", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, theEnd, async (scene, fault) => {
        const account = accountOf(scene);
        const before = stateOf(account);
        const backups: PoolBackup[] = [];
        await run(account, attach, backups);
        fc.pre(backups.length > 0);
        account.faulty(fault);
        await outcomeOf(run(account, undo(backups[0])));
        account.faulty(null);
        await run(account, undo(backups[0]));
        expect(stateOf(account)).toEqual(before);
        expect(account.gaps).toEqual([]);
      }),
      { numRuns: runs(120) },
    );
  });

  test("is undone by the backup of its own", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const account = accountOf(scene);
        const backups: PoolBackup[] = [];
        await run(account, attach, backups);
        fc.pre(backups.length > 0);
        const attached = stateOf(account);
        await run(account, undo(backups[0]), backups);
        await run(account, undo(backups[1]));
        expect(stateOf(account)).toEqual(attached);
      }),
    );
  });
});

describe("detach", () => {
  const plain: Scene = { dropped: [], trigger: "none", isPermitted: false, mirrors: true };
  let account: Account;
  beforeEach(async () => {
    account = accountOf(plain);
    await run(account, attach);
  });

  test("and --undo give everything back, and so does detach after attach", async () => {
    const attached = stateOf(account);
    const backups: PoolBackup[] = [];
    await run(account, detach, backups);
    expect(stateOf(account)).toEqual(stateOf(accountOf(plain)));
    await run(account, undo(backups[0]));
    expect(stateOf(account)).toEqual(attached);
  });

  test("that ended at any call is finished by another run that names the function, and undone by its backup", async () => {
    await fc.assert(
      fc.asyncProperty(theEnd, fc.boolean(), fc.boolean(), async (fault, mirrors, isUndone) => {
        const other = accountOf({ ...plain, mirrors });
        const detached = stateOf(other);
        await run(other, attach);
        const attached = stateOf(other);
        const backups: PoolBackup[] = [];
        other.faulty(fault);
        await outcomeOf(run(other, detach, backups));
        other.faulty(null);
        if (!isUndone) await run(other, detach);
        else if (backups.length > 0) await run(other, undo(backups[0]));
        expect(stateOf(other)).toEqual(isUndone ? attached : detached);
        expect(other.gaps).toEqual([]);
      }),
      { numRuns: runs(120) },
    );
  });
});
