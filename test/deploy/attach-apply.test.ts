import { expect, test } from "vitest";
import type { Fields } from "../../cognito/own-fields.ts";
import { planAttach } from "../../deploy/attach.ts";
import { applyChange } from "../../deploy/attach-apply.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { planDetach } from "../../deploy/detach.ts";
import type { PoolChange } from "../../deploy/pool-change.ts";
import { permissionFor } from "../../deploy/pool-permission.ts";
import type { PoolPorts } from "../../deploy/pool-ports.ts";
import { FULL_POOL, lambda, POOL_ID } from "./a-full-pool.ts";
import { type Account, anAccount } from "./an-account.ts";

const CLAIMS = lambda("claims:live");
const ATTACHED: Fields = { PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: CLAIMS } };
const PERMISSION = `claimseal-${POOL_ID}`;

const plan = ({ ports }: Pick<Account, "ports">): Promise<PoolChange> =>
  planAttach(
    { poolId: POOL_ID, functionArn: CLAIMS, trigger: "PreTokenGeneration", events: "V3", replace: false, accepted: [] },
    ports,
  );
const outcomeOf = (running: Promise<void>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );
const apply = async (change: PoolChange, ports: PoolPorts): Promise<unknown> =>
  outcomeOf(
    applyChange(
      change,
      ports,
      async () => {},
      () => {},
    ),
  );

test("the backup comes first, the permission before the pool, and both are read again", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  account.calls.length = 0;
  const said: string[] = [];
  await applyChange(
    change,
    account.ports,
    async ({ userPool, functionArn, functionPolicy, asked }) => {
      account.calls.push("backup");
      expect([userPool, functionArn, functionPolicy]).toEqual([account.pool.describe(), CLAIMS, null]);
      expect(asked).toEqual({ functionArn: CLAIMS, version: "V3_0" });
    },
    (step) => said.push(step),
  );
  expect(account.calls).toEqual([
    "backup",
    "AddPermission",
    "GetPolicy",
    "DescribeUserPool",
    "UpdateUserPool",
    "DescribeUserPool",
  ]);
  expect(said).toEqual([
    `permission ${PERMISSION} given to claims:live`,
    "the pool is as asked for, every other setting as it was",
  ]);
});

test("a permission goes only once the pool is read without the function", async () => {
  const account = anAccount({ ...FULL_POOL, LambdaConfig: ATTACHED });
  account.grant(permissionFor(FULL_POOL, CLAIMS, null));
  const change = await planDetach(
    { poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: null, accepted: [] },
    account.ports,
  );
  account.calls.length = 0;
  expect(await apply(change as PoolChange, account.ports)).toBeNull();
  expect(account.calls).toEqual([
    "DescribeUserPool",
    "UpdateUserPool",
    "DescribeUserPool",
    "RemovePermission",
    "GetPolicy",
  ]);
});

test("where no backup can be kept nothing is sent", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  account.calls.length = 0;
  const outcome = outcomeOf(
    applyChange(
      change,
      account.ports,
      () => Promise.reject(new Error("full")),
      () => {},
    ),
  );
  expect(await outcome).toEqual(new Error("full"));
  expect(account.calls).toEqual([]);
});

test("what somebody changed meanwhile is not written over, and the permission is taken back", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  account.pool.update({
    ...(await account.ports.readPool(POOL_ID)),
    MfaConfiguration: "OFF",
    AdminCreateUserConfig: null,
    LambdaConfig: FULL_POOL["LambdaConfig"],
  });
  const changed = account.pool.describe();
  expect(await apply(change, account.ports)).toMatchObject({
    code: "POOL_CHANGED",
    message:
      "somebody changed the pool meanwhile: MfaConfiguration, AdminCreateUserConfig.AllowAdminCreateUserOnly, AdminCreateUserConfig.InviteMessageTemplate.SMSMessage, AdminCreateUserConfig.InviteMessageTemplate.EmailMessage, AdminCreateUserConfig.InviteMessageTemplate.EmailSubject; nothing was done to it; run this again",
  });
  expect(account.pool.describe()).toEqual(changed);
  expect(account.policies()).toEqual({});
});

test("a permission that somebody else's attach relies on meanwhile is not taken back", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  expect(await apply(await plan(account), account.ports)).toBeNull();
  // The other one was faster, and gave the pool other tags as well.
  account.pool.update({ ...account.pool.describe(), UserPoolTags: {}, AdminCreateUserConfig: FULL_POOL["Absent"] });
  expect(await apply(change, account.ports)).toMatchObject({ code: "POOL_CHANGED" });
  expect(account.policies()).toHaveProperty([CLAIMS]);
  expect(account.gaps).toEqual([]);
});

/** Ports whose updates lose a setting, as often as told: UpdateUserPool that does not do as it is documented. */
const forgetful = ({ ports }: Account, setting: string, times: number): PoolPorts => {
  let left = times;
  return {
    ...ports,
    updatePool: (request) => {
      left -= 1;
      return ports.updatePool(left < 0 ? request : { ...request, [setting]: null });
    },
  };
};

test("a pool that lost a setting is put back as it was", async () => {
  const account = anAccount(FULL_POOL);
  const { LastModifiedDate: _, ...before } = account.pool.describe();
  expect(await apply(await plan(account), forgetful(account, "DeletionProtection", 1))).toMatchObject({
    code: "NOT_KEPT",
    message: "UpdateUserPool was answered, but not kept: DeletionProtection; the pool was put back as it was",
  });
  expect(account.pool.describe()).toMatchObject(before);
  expect(account.policies()).toEqual({});
});

test("a pool that cannot be put back is said to be in no certain state, with what differs, and keeps the permission", async () => {
  const account = anAccount(FULL_POOL);
  expect(await apply(await plan(account), forgetful(account, "Policies", 9))).toMatchObject({
    code: "RESTORE_FAILED",
    message: expect.stringMatching(
      /^UpdateUserPool was answered, but not kept: Policies\.PasswordPolicy\.MinimumLength, .*; not as before: Policies\..*; what the pool is like now is not certain: look at it, and use --undo with the backup$/,
    ) as string,
  });
  expect(account.policies()).toHaveProperty([CLAIMS]);
});

test("a refused update changes nothing, and says whose exception it was", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  account.faulty({ call: 3, how: "refused" });
  expect(await apply(change, account.ports)).toMatchObject({
    code: "AWS_REFUSED",
    message: "UpdateUserPool: AWS answers AccessDeniedException; nothing was changed",
  });
  expect(account.policies()).toEqual({});
});

test("a permission that is refused leaves the pool untouched; one that cannot be taken back is named", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  account.faulty({ call: 0, how: "refused" });
  expect(await apply(change, account.ports)).toMatchObject({
    code: "AWS_REFUSED",
    message: "AddPermission: AWS answers AccessDeniedException; the pool was not touched",
  });
  expect(account.calls).not.toContain("UpdateUserPool");

  const denied = new DeployError("AWS_REFUSED", "RemovePermission: AWS answers AccessDeniedException");
  account.faulty({ call: 3, how: "refused" });
  const ports: PoolPorts = { ...account.ports, removePermission: () => Promise.reject(denied) };
  expect(await apply(change, ports)).toMatchObject({
    code: "AWS_REFUSED",
    message: `UpdateUserPool: AWS answers AccessDeniedException; nothing was changed, but permission ${PERMISSION} may have stayed with claims:live`,
  });
});

test("an answer that was lost is no failure where the change is seen to have taken place", async () => {
  for (const call of [0, 3]) {
    const account = anAccount(FULL_POOL);
    const change = await plan(account);
    account.faulty({ call, how: "lost" });
    expect(await apply(change, account.ports)).toBeNull();
    expect(account.pool.describe()["LambdaConfig"]).toMatchObject(ATTACHED);
  }
});

test("a description that is old for a moment is read again", async () => {
  const account = anAccount(FULL_POOL);
  const change = await plan(account);
  const old = account.pool.describe();
  let readings = 0;
  const ports: PoolPorts = {
    ...account.ports,
    readPool: async (poolId) => {
      readings += 1;
      return readings < 4 ? old : account.ports.readPool(poolId);
    },
  };
  expect(await apply(change, ports)).toBeNull();
  expect(readings).toBe(4);
});
