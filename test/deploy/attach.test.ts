import { describe, expect, test } from "vitest";
import { type Fields, isFields } from "../../cognito/own-fields.ts";
import { type AttachRequest, planAttach } from "../../deploy/attach.ts";
import { applyChange } from "../../deploy/attach-apply.ts";
import { planUndo } from "../../deploy/attach-undo.ts";
import { planDetach } from "../../deploy/detach.ts";
import { type PoolBackup, readBackup } from "../../deploy/pool-backup.ts";
import { changedFields, isDone, type PoolChange } from "../../deploy/pool-change.ts";
import { FIXED, PASSING, SETTINGS, type Shape } from "../../deploy/pool-model.ts";
import { permissionFor } from "../../deploy/pool-permission.ts";
import { updateOf } from "../../deploy/pool-settings.ts";
import { FULL_POOL, lambda, POOL_ARN, POOL_ID, SECRETS } from "./a-full-pool.ts";
import { anAccount } from "./an-account.ts";

const CLAIMS = lambda("claims:live");
const OLD = lambda("old-token-function");
const config = (LambdaArn: string, LambdaVersion: string): Fields => ({
  PreTokenGenerationConfig: { LambdaVersion, LambdaArn },
});

const withTrigger = (trigger: Fields, changes: Fields = {}): Fields => ({
  ...FULL_POOL,
  LambdaConfig: { ...(FULL_POOL["LambdaConfig"] as Fields), ...trigger },
  ...changes,
});

function planned(
  pool: Fields,
  request: Partial<AttachRequest> = {},
  policy: Fields | null = null,
): Promise<PoolChange> {
  const asked: AttachRequest = {
    poolId: POOL_ID,
    functionArn: CLAIMS,
    trigger: "PreTokenGeneration",
    events: "V3",
    replace: false,
    accepted: [],
    ...request,
  };
  return planAttach(asked, { readPool: async () => pool, readPolicy: async () => policy });
}

const refusalOf = (planning: Promise<unknown>): Promise<unknown> =>
  planning.then(
    () => null,
    (error: unknown) => error,
  );

test("the pool of these tests has every field that Cognito has, to the last member", () => {
  const missing = (value: unknown, shape: Shape, path: string): readonly string[] => {
    if (shape === "value") return value === undefined ? [path] : [];
    if (Array.isArray(value)) return value.flatMap((each) => missing(each, shape, path));
    const held = isFields(value) ? value : {};
    const named = Object.entries(shape).flatMap(([name, member]) =>
      name === "*"
        ? Object.values(held).flatMap((each) => missing(each, member, `${path}.*`))
        : missing(held[name], member, `${path}.${name}`),
    );
    return Object.keys(held).length === 0 ? [path] : named;
  };
  const pool = withTrigger({ PreTokenGeneration: OLD, ...config(OLD, "V1_0") });
  expect(Object.entries(SETTINGS).flatMap(([name, shape]) => missing(pool[name], shape, name))).toEqual([]);
  expect(Object.keys(pool).toSorted()).toEqual([...Object.keys(SETTINGS), ...FIXED, ...PASSING].toSorted());
});

describe("attach", () => {
  test("sends back every setting as it is, other triggers too, and changes the one trigger", async () => {
    const { pool, lambdaConfig, accepted } = await planned(FULL_POOL);
    const { UserPoolId, PoolName, LambdaConfig, AdminCreateUserConfig, ...rest } = updateOf(
      pool,
      lambdaConfig ?? {},
      accepted,
    );
    expect([UserPoolId, PoolName]).toEqual([POOL_ID, "clinic people"]);
    expect(LambdaConfig).toEqual({ ...(FULL_POOL["LambdaConfig"] as Fields), ...config(CLAIMS, "V3_0") });
    // Told twice by Cognito, and refused beside TemporaryPasswordValidityDays.
    const { UnusedAccountValidityDays: _, ...admin } = FULL_POOL["AdminCreateUserConfig"] as Fields;
    expect(AdminCreateUserConfig).toEqual(admin);
    const others = Object.keys(SETTINGS).filter((name) => !/^(LambdaConfig|AdminCreateUserConfig)$/.test(name));
    expect(rest).toEqual(Object.fromEntries(others.map((name) => [name, FULL_POOL[name]])));
  });

  test("sends no nulls, and the older of two settings where the newer is not there", async () => {
    const { SignInPolicy } = FULL_POOL["Policies"] as Fields;
    const pool = { ...FULL_POOL, Policies: { SignInPolicy, PasswordPolicy: null }, DeviceConfiguration: null };
    const update = updateOf(pool, {}, []);
    expect(update).not.toHaveProperty("DeviceConfiguration");
    expect(update["Policies"]).toEqual({ SignInPolicy });
    expect(update["AdminCreateUserConfig"]).toEqual(FULL_POOL["AdminCreateUserConfig"]);
    expect(update["LambdaConfig"]).toEqual({});
  });

  test("lets this pool invoke the function, and nobody else", async () => {
    const { grant } = await planned(FULL_POOL);
    expect(grant).toEqual({
      functionArn: CLAIMS,
      statementId: `claimseal-${POOL_ID}`,
      action: "lambda:InvokeFunction",
      principal: "cognito-idp.amazonaws.com",
      sourceArn: POOL_ARN,
      sourceAccount: "111122223333",
    });
  });

  const stated = (changes: Fields): Fields => ({
    Statement: [
      {
        Sid: "FromAStack",
        Effect: "Allow",
        Principal: { Service: "cognito-idp.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: CLAIMS,
        Condition: { ArnLike: { "AWS:SourceArn": POOL_ARN } },
        ...changes,
      },
    ],
  });
  test.for<[what: string, changes: Fields]>([
    ["as a template has it", {}],
    [
      "for every pool of the account",
      { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cognito-idp:*:111122223333:userpool/*" } } },
    ],
    [
      "with the account as well",
      { Condition: { StringEquals: { "AWS:SourceAccount": "111122223333", "AWS:SourceArn": POOL_ARN } } },
    ],
    ["among other services", { Principal: { Service: ["events.amazonaws.com", "cognito-idp.amazonaws.com"] } }],
    ["without any condition", { Condition: {} }],
  ])("gives no permission where there is one: %s", async ([, changes]) => {
    expect((await planned(FULL_POOL, {}, stated(changes))).grant).toBeNull();
  });

  test.for<[what: string, changes: Fields]>([
    ["for another pool", { Condition: { ArnLike: { "AWS:SourceArn": `${POOL_ARN}x` } } }],
    ["for another account", { Condition: { StringEquals: { "AWS:SourceAccount": "444455556666" } } }],
    ["under a condition that is not known", { Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ["for another service", { Principal: { Service: "events.amazonaws.com" } }],
    ["for the function, not its alias", { Resource: lambda("claims") }],
    ["to do something else", { Action: "lambda:GetFunction" }],
    ["as a denial", { Effect: "Deny" }],
  ])("gives the permission where what there is does not let the pool in: %s", async ([, changes]) => {
    expect((await planned(FULL_POOL, {}, stated(changes))).grant).toMatchObject({
      statementId: `claimseal-${POOL_ID}`,
    });
  });

  test("leaves a statement of its own name alone that says something else, and takes another name", async () => {
    const policy = stated({ Sid: `claimseal-${POOL_ID}`, Resource: lambda("claims:old") });
    expect((await planned(FULL_POOL, {}, policy)).grant).toMatchObject({ statementId: `claimseal-${POOL_ID}-2` });
  });

  test("tells what changes by names", async () => {
    const pool = withTrigger({ PreTokenGeneration: OLD, ...config(OLD, "V1_0") });
    const change = await planned(pool, { replace: true });
    expect(changedFields(change)).toEqual([
      { field: "permission of claims:live", before: null, after: `claimseal-${POOL_ID}` },
      { field: "LambdaConfig.PreTokenGeneration", before: "old-token-function", after: null },
      { field: "LambdaConfig.PreTokenGenerationConfig.LambdaArn", before: "old-token-function", after: "claims:live" },
      { field: "LambdaConfig.PreTokenGenerationConfig.LambdaVersion", before: "V1_0", after: "V3_0" },
    ]);
  });

  test("has nothing to do where the pool has the function already, whichever members tell it", async () => {
    for (const trigger of [config(CLAIMS, "V3_0"), { ...config(CLAIMS, "V3_0"), PreTokenGeneration: CLAIMS }]) {
      const change = await planned(withTrigger(trigger), {}, stated({}));
      expect(isDone(change)).toBe(true);
      expect(changedFields(change)).toEqual([]);
    }
  });

  test("takes another alias, or other events, of the function that is there for no stranger", async () => {
    expect((await planned(withTrigger(config(lambda("claims:blue"), "V3_0")))).lambdaConfig).toMatchObject(
      config(CLAIMS, "V3_0"),
    );
    expect((await planned(withTrigger(config(CLAIMS, "V1_0")))).lambdaConfig).toMatchObject(config(CLAIMS, "V3_0"));
    expect((await planned(withTrigger({ PreTokenGeneration: lambda("claims") }))).lambdaConfig).toMatchObject(
      config(CLAIMS, "V3_0"),
    );
  });

  test.for<[what: string, trigger: Fields]>([
    ["by the older member", { PreTokenGeneration: OLD }],
    ["by the newer member", config(OLD, "V2_0")],
    ["by one member while the other names the function", { ...config(CLAIMS, "V3_0"), PreTokenGeneration: OLD }],
  ])("refuses to replace another function: told %s", async ([, trigger]) => {
    const refusal = await refusalOf(planned(withTrigger(trigger)));
    expect(refusal).toMatchObject({
      code: "PRE_TOKEN_FOREIGN",
      message:
        "the pool invokes another function when it makes tokens, old-token-function: --replace takes its place; a map can go on asking it as a source of kind chain",
    });
    expect((await planned(withTrigger(trigger), { replace: true })).lambdaConfig).toMatchObject(config(CLAIMS, "V3_0"));
  });

  test.for<[events: AttachRequest["events"], protection: string | undefined]>([
    ["V2", undefined],
    ["V2", "OFF"],
    ["V3", "ENFORCED"],
  ])("refuses %s events on the plan Lite, with threat protection %s", async ([events, AdvancedSecurityMode]) => {
    const pool = { ...FULL_POOL, UserPoolTier: "LITE", UserPoolAddOns: { AdvancedSecurityMode } };
    expect(await refusalOf(planned(pool, { events }))).toMatchObject({
      code: "TIER_LITE",
      message: `the pool is on the feature plan Lite, which has no ${events} events; Essentials and Plus have them`,
    });
  });

  test("takes V1 events on the plan Lite, and V2 where the pool kept threat protection from before there were plans", async () => {
    const lite = { ...FULL_POOL, UserPoolTier: "LITE", UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } };
    expect((await planned({ ...lite, UserPoolAddOns: null }, { events: "V1" })).lambdaConfig).toMatchObject(
      config(CLAIMS, "V1_0"),
    );
    expect((await planned(lite, { events: "V2" })).lambdaConfig).toMatchObject(config(CLAIMS, "V2_0"));
  });

  test("warns of a function without an alias, and of a pool that does not tell its plan", async () => {
    const { warnings } = await planned({ ...FULL_POOL, UserPoolTier: undefined }, { functionArn: lambda("claims") });
    expect(warnings.map(({ code }) => code)).toEqual(["TIER_UNKNOWN", "FUNCTION_UNQUALIFIED"]);
    expect((await planned(FULL_POOL)).warnings).toEqual([]);
  });

  test.for(["claims:live", "arn:aws:iam::111122223333:role/claims", `${lambda("claims")}:a:b`, ""])(
    "refuses what is no ARN of a function: %s",
    async (functionArn) => {
      expect(await refusalOf(planned(FULL_POOL, { functionArn }))).toMatchObject({ code: "FUNCTION_ARN" });
    },
  );

  test("refuses $LATEST, which no permission can be given to", async () => {
    expect(await refusalOf(planned(FULL_POOL, { functionArn: lambda("claims:$LATEST") }))).toMatchObject({
      code: "FUNCTION_ARN",
      message: "no permission can be given to $LATEST; name an alias of the function",
    });
  });

  test("refuses a pool with a setting that it does not know, by name, at the top and inside, and sends it where it may", async () => {
    const pool = {
      ...FULL_POOL,
      Biometrics: { Mode: "ON" },
      AcrConfiguration: { "Nora's own": { AcrValue: "gold", Colour: "red" } },
      SmsConfiguration: { ...(FULL_POOL["SmsConfiguration"] as Fields), Carrier: "one", Nothing: null },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: "verified_email", After: 3 }] },
    };
    const names = [
      "SmsConfiguration.Carrier",
      "AccountRecoverySetting.RecoveryMechanisms.After",
      "AcrConfiguration.*.Colour",
      "Biometrics",
    ];
    const refusal = await refusalOf(planned(pool));
    expect(refusal).toMatchObject({
      code: "SETTING_UNKNOWN",
      message: `this version does not know ${names.join(", ")} of the pool; a newer one may, or --write-back NAME sends it as it is`,
    });
    const { lambdaConfig, accepted } = await planned(pool, { accepted: names });
    const update = updateOf(pool, lambdaConfig ?? {}, accepted);
    expect(update).toMatchObject({ Biometrics: { Mode: "ON" }, SmsConfiguration: { Carrier: "one" } });
    expect(update["AccountRecoverySetting"]).toEqual(pool.AccountRecoverySetting);
  });

  test("refuses a description that names no pool by its ARN", async () => {
    expect(await refusalOf(planned({ ...FULL_POOL, Arn: "arn:aws:s3:::pool" }))).toMatchObject({
      code: "POOL_UNREADABLE",
    });
  });
});

describe("detach", () => {
  const attached = (): ReturnType<typeof anAccount> => {
    const account = anAccount(withTrigger(config(CLAIMS, "V3_0")));
    account.grant(permissionFor(FULL_POOL, CLAIMS, null));
    return account;
  };

  test("takes away the trigger and the permission that attach gave, and keeps every other trigger", async () => {
    const change = await planDetach(
      { poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: null, accepted: [] },
      attached().ports,
    );
    expect(change).toMatchObject({
      lambdaConfig: FULL_POOL["LambdaConfig"] as Fields,
      grant: null,
      revoke: [{ functionArn: CLAIMS, statementId: `claimseal-${POOL_ID}` }],
    });
    expect(changedFields(change as PoolChange)).toEqual([
      { field: "LambdaConfig.PreTokenGeneration", before: "claims:live", after: null },
      { field: "LambdaConfig.PreTokenGenerationConfig.LambdaArn", before: "claims:live", after: null },
      { field: "LambdaConfig.PreTokenGenerationConfig.LambdaVersion", before: "V3_0", after: null },
      { field: "permission of claims:live", before: `claimseal-${POOL_ID}`, after: null },
    ]);
  });

  test("leaves a function alone that has its permission from elsewhere, unless it is named", async () => {
    const account = anAccount(withTrigger(config(OLD, "V1_0")));
    const plan = (functionArn: string | null) =>
      planDetach({ poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn, accepted: [] }, account.ports);
    expect(await refusalOf(plan(null))).toMatchObject({
      code: "PRE_TOKEN_FOREIGN",
      message:
        "old-token-function has its permission from elsewhere, so it may be somebody else's; name it with --function to detach it",
    });
    expect(await refusalOf(plan(CLAIMS))).toMatchObject({ code: "PRE_TOKEN_FOREIGN" });
    expect(await plan(OLD)).toMatchObject({ lambdaConfig: FULL_POOL["LambdaConfig"] as Fields, revoke: [] });
  });

  test("has nothing to do for a pool without a function", async () => {
    expect(
      await planDetach(
        { poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: null, accepted: [] },
        anAccount(FULL_POOL).ports,
      ),
    ).toBeNull();
  });

  test("takes a permission that was left behind by a run that ended early, once the function is named", async () => {
    const account = anAccount(FULL_POOL);
    account.grant(permissionFor(FULL_POOL, CLAIMS, null));
    const change = await planDetach(
      { poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: CLAIMS, accepted: [] },
      account.ports,
    );
    expect(change).toMatchObject({ lambdaConfig: null, revoke: [{ functionArn: CLAIMS }] });
  });
});

describe("--undo", () => {
  const backupOf = async (pool: Fields) =>
    readBackup({ ...(await planned(pool, { replace: true })).backup, made: "2026-11-22T10:00:00Z" });

  test("keeps what was changed since, other triggers and settings alike", async () => {
    const backup = await backupOf(withTrigger(config(OLD, "V2_0")));
    const since = withTrigger(config(CLAIMS, "V3_0"), { MfaConfiguration: "ON" });
    const LambdaConfig = { ...(since["LambdaConfig"] as Fields), PreSignUp: lambda("newer") };
    const change = await planUndo(
      { backup, replace: false, accepted: [] },
      anAccount({ ...since, LambdaConfig }).ports,
    );
    expect(change.lambdaConfig).toEqual({ ...LambdaConfig, ...config(OLD, "V2_0") });
    expect(updateOf(change.pool, change.lambdaConfig ?? {}, [])).toMatchObject({ MfaConfiguration: "ON" });
  });

  test("refuses where somebody attached a third function since, unless it may go", async () => {
    const backup = await backupOf(withTrigger(config(OLD, "V2_0")));
    const { ports } = anAccount(withTrigger(config(lambda("third"), "V2_0")));
    expect(await refusalOf(planUndo({ backup, replace: false, accepted: [] }, ports))).toMatchObject({
      code: "PRE_TOKEN_FOREIGN",
      message: expect.stringContaining("another function when it makes tokens, third:") as string,
    });
    const change = await planUndo({ backup, replace: true, accepted: [] }, ports);
    expect(change.lambdaConfig).toMatchObject(config(OLD, "V2_0"));
  });

  test.for<[what: string, file: unknown]>([
    ["nothing", null],
    ["a list", []],
    ["another version", { v: 2 }],
    ["a pool without an id", { v: 1, made: "x", userPool: {}, functionArn: CLAIMS, functionPolicy: null, asked: null }],
    [
      "a policy that is none",
      { v: 1, made: "x", userPool: { Id: "p" }, functionArn: CLAIMS, functionPolicy: "p", asked: null },
    ],
    [
      "a trigger that is none",
      { v: 1, made: "x", userPool: { Id: "p" }, functionArn: CLAIMS, functionPolicy: null, asked: {} },
    ],
  ])("takes no file that is no backup: %s", ([, file]) => {
    expect(() => readBackup(file)).toThrow(
      expect.objectContaining({ code: "BACKUP_INVALID", message: "that is no backup of claimseal attach or detach" }),
    );
  });
});

describe("the trigger for identity providers", () => {
  const ENTERS = lambda("enters:live");
  const trigger = "InboundFederation";
  const withoutProviders = (): Fields => {
    const { InboundFederation: _, ...others } = FULL_POOL["LambdaConfig"] as Fields;
    return { ...FULL_POOL, LambdaConfig: { ...others, ...config(CLAIMS, "V3_0") } };
  };

  test("is attached beside the one for tokens, with the one version of its events, whatever the plan of the pool", async () => {
    const pool: Fields = { ...withoutProviders(), UserPoolTier: "LITE" };
    const change = await planned(pool, { trigger, functionArn: ENTERS, events: "V1" });
    expect(change.warnings).toEqual([]);
    expect(change.lambdaConfig).toEqual({
      ...(pool["LambdaConfig"] as Fields),
      InboundFederation: { LambdaVersion: "V1_0", LambdaArn: ENTERS },
    });
    expect(changedFields(change)).toEqual([
      { field: "permission of enters:live", before: null, after: `claimseal-${POOL_ID}` },
      { field: "LambdaConfig.InboundFederation.LambdaArn", before: null, after: "enters:live" },
      { field: "LambdaConfig.InboundFederation.LambdaVersion", before: null, after: "V1_0" },
    ]);
  });

  test("is not taken from another function, unless that may go", async () => {
    const asked = { trigger, functionArn: ENTERS, events: "V1" } as const;
    expect(await refusalOf(planned(FULL_POOL, asked))).toMatchObject({
      code: "PRE_TOKEN_FOREIGN",
      message:
        "the pool invokes another function before it stores what identity providers send, inbound-federation: --replace takes its place",
    });
    const change = await planned(FULL_POOL, { ...asked, replace: true });
    expect(change.lambdaConfig).toMatchObject({ InboundFederation: { LambdaArn: ENTERS } });
  });

  test("is applied, detached and given back by --undo, and the one for tokens stays through all of it", async () => {
    const account = anAccount(withoutProviders());
    account.grant(permissionFor(FULL_POOL, CLAIMS, null));
    const before = account.pool.describe()["LambdaConfig"];
    const backups: PoolBackup[] = [];
    const applied = async (change: PoolChange | null): Promise<unknown> => {
      const keep = async (backup: PoolChange["backup"]): Promise<void> =>
        void backups.push(readBackup(JSON.parse(JSON.stringify({ ...backup, made: "2026-12-01T10:00:00Z" }))));
      await applyChange(change as PoolChange, account.ports, keep, () => {});
      return account.pool.describe()["LambdaConfig"];
    };
    const request = { poolId: POOL_ID, trigger, accepted: [] } as const;
    const attaching = { ...request, functionArn: ENTERS, events: "V1", replace: false } as const;
    const attached = { ...(before as Fields), InboundFederation: { LambdaVersion: "V1_0", LambdaArn: ENTERS } };
    expect(await applied(await planAttach(attaching, account.ports))).toEqual(attached);
    expect(await applied(await planDetach({ ...request, functionArn: null }, account.ports))).toEqual(before);
    expect(Object.keys(account.policies())).toEqual([CLAIMS]);
    const undo = { backup: backups[1] as PoolBackup, replace: false, accepted: [] };
    expect(await applied(await planUndo(undo, account.ports))).toEqual(attached);
    expect(Object.keys(account.policies())).toEqual([CLAIMS, ENTERS]);
    const back = { backup: backups[0] as PoolBackup, replace: false, accepted: [] };
    expect(await applied(await planUndo(back, account.ports))).toEqual(before);
    expect(account.gaps).toEqual([]);
  });

  test("stands in backups by name; those that were made before there was a choice are of the one for tokens", async () => {
    const { backup } = await planned(withTrigger(config(OLD, "V2_0")), { replace: true });
    const { trigger: _, ...old } = { ...backup, made: "2026-11-22T10:00:00Z" };
    expect(readBackup(old).trigger).toBe("PreTokenGeneration");
    expect(() => readBackup({ ...old, trigger: "PreSignUp" })).toThrow(
      expect.objectContaining({ code: "BACKUP_INVALID" }),
    );
  });
});

test("no refusal of a plan holds an ARN or what a setting says", async () => {
  const foreign = withTrigger(config(OLD, "V2_0"));
  const refusals = await Promise.all([
    refusalOf(planned(foreign)),
    refusalOf(planned({ ...FULL_POOL, UserPoolTier: "LITE" })),
    refusalOf(planned({ ...FULL_POOL, Secret: "9f1c-external" })),
    refusalOf(planned(FULL_POOL, { functionArn: `${CLAIMS}:nora@example.com` })),
    refusalOf(
      planDetach(
        { poolId: POOL_ID, trigger: "PreTokenGeneration", functionArn: null, accepted: [] },
        anAccount(foreign).ports,
      ),
    ),
  ]);
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(Error);
    for (const secret of SECRETS)
      expect(String(refusal).replace("arn:aws:lambda:REGION:ACCOUNT", "")).not.toContain(secret);
  }
});
