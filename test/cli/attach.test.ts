import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { connectPool } from "../../cli/pool-connection.ts";
import { poolExit } from "../../cli/pool-run.ts";
import type { Fields } from "../../cognito/own-fields.ts";
import type { AttachCode } from "../../deploy/attach-codes.ts";
import type { Loopback } from "../../local/loopback.ts";
import { createPoolSettings, type PoolSettings } from "../../local/user-pool/pool-settings.ts";
import { serveUserPool } from "../../local/user-pool/server.ts";
import { createUserPool, type UserPool } from "../../local/user-pool/user-pool.ts";
import { type LambdaService, serveLambdaPolicies } from "../aws/a-lambda-service.ts";
import { FULL_POOL, lambda, POOL_ID, SECRETS } from "../deploy/a-full-pool.ts";
import { type Ran, ran } from "./recorded-io.ts";

const CLAIMS = lambda("claims:live");
const ATTACH = ["attach", "--pool", POOL_ID, "--function", CLAIMS, "--events", "V3"];
const PERMISSION = `claimseal-${POOL_ID}`;

let base: UserPool;
let lambdaService: LambdaService;
let server: Loopback;
/** The pool of the test that runs. */
let settings: PoolSettings;
beforeAll(async () => {
  lambdaService = await serveLambdaPolicies();
  base = await createUserPool({
    poolId: POOL_ID,
    region: "eu-central-1",
    lambdaVersion: "V3",
    clients: [],
    resourceServers: [],
  });
  server = await serveUserPool({
    ...base,
    settings: { describe: () => settings.describe(), update: (input) => settings.update(input) },
  });
  // The SDK's own way to other endpoints.
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", server.url);
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", lambdaService.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server.stop(), lambdaService.stop()]);
});
beforeEach(() => {
  settings = createPoolSettings(FULL_POOL);
});
afterEach(() => lambdaService.statements.clear());

const stateOf = (): object => {
  const { LastModifiedDate: _, ...rest } = settings.describe();
  return rest;
};
const withTrigger = (trigger: Fields, changes: Fields = {}): PoolSettings =>
  createPoolSettings({
    ...FULL_POOL,
    ...changes,
    LambdaConfig: { ...(FULL_POOL["LambdaConfig"] as Fields), ...trigger },
  });
const backupOf = ({ written }: Ran): readonly [path: string, text: string] => {
  const [[path, text] = ["", ""]] = [...written];
  return [path, String(text)];
};

describe("--trigger inbound-federation", () => {
  const ENTERS = lambda("enters:live");
  const OF_PROVIDERS = ["--pool", POOL_ID, "--trigger", "inbound-federation"];

  test("attaches and detaches the function for what identity providers send, and leaves the one for tokens", async () => {
    settings = withTrigger({ PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: CLAIMS } });
    const before = stateOf();
    const attaching = ["attach", ...OF_PROVIDERS, "--function", ENTERS];
    expect(await ran(attaching)).toMatchObject({
      exit: 1,
      err: expect.stringContaining("PRE_TOKEN_FOREIGN") as string,
    });
    const attached = await ran([...attaching, "--replace", "--apply"]);
    expect(attached).toMatchObject({ exit: 0 });
    expect(attached.out).toContain("LambdaConfig.InboundFederation.LambdaArn  inbound-federation -> enters:live");
    expect(settings.describe()["LambdaConfig"]).toMatchObject({
      PreTokenGenerationConfig: { LambdaArn: CLAIMS },
      InboundFederation: { LambdaVersion: "V1_0", LambdaArn: ENTERS },
    });
    const detached = await ran(["detach", ...OF_PROVIDERS, "--apply"]);
    expect(detached).toMatchObject({ exit: 0 });
    expect(settings.describe()["LambdaConfig"]).not.toHaveProperty("InboundFederation");
    const [path, text] = backupOf(attached);
    expect((await ran(["attach", "--undo", path, "--apply"], { [path]: text })).exit).toBe(0);
    expect(stateOf()).toEqual(before);
  });

  test.for([
    ["--events", "V3"],
    ["--plan", "plan.json"],
  ] as const)("takes no %s: there is one version of these events", async ([flag, value]) => {
    const { exit, err } = await ran(["attach", ...OF_PROVIDERS, "--function", ENTERS, flag, value]);
    expect(exit).toBe(2);
    expect(err).toContain(`claimseal attach: ${flag} goes with --trigger pre-token alone`);
  });
});

describe("claimseal attach", () => {
  test("shows what would change, field by field, and sends nothing", async () => {
    const before = stateOf();
    const { exit, out, err, written } = await ran(ATTACH);
    expect([exit, err, written.size]).toEqual([0, "", 0]);
    expect(out.split("\n")).toEqual([
      `pool ${POOL_ID}`,
      `  permission of claims:live                            - -> ${PERMISSION}`,
      "  LambdaConfig.PreTokenGenerationConfig.LambdaArn      - -> claims:live",
      "  LambdaConfig.PreTokenGenerationConfig.LambdaVersion  - -> V3_0",
      expect.stringMatching(
        /^written back as they are: Policies, DeletionProtection, .*, LambdaConfig\.PreSignUp, .*$/,
      ),
      "nothing was sent; --apply does it",
    ]);
    expect(stateOf()).toEqual(before);
    expect(lambdaService.statements.size).toBe(0);
  });

  test("does it with --apply, after a backup, and --undo takes it back, every field of the pool", async () => {
    const before = stateOf();
    const attached = await ran([...ATTACH, "--apply"]);
    const [path, backup] = backupOf(attached);
    expect(path).toMatch(new RegExp(`^claimseal-backups/${POOL_ID}-\\d{8}T\\d{9}Z\\.json$`));
    expect(attached.exit).toBe(0);
    expect(attached.err.split("\n")).toEqual([
      `backup ${path}`,
      `permission ${PERMISSION} given to claims:live`,
      "the pool is as asked for, every other setting as it was",
    ]);
    expect(attached.out.split("\n").at(-1)).toBe(`done; this takes it back: claimseal attach --undo ${path} --apply`);
    expect(settings.describe()["LambdaConfig"]).toMatchObject({
      PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: CLAIMS },
    });

    const dry = await ran(["attach", "--undo", path], { [path]: backup });
    expect(dry).toMatchObject({ exit: 0, err: "" });
    expect(dry.out).toContain(`  permission of claims:live                            ${PERMISSION} -> -`);
    expect(lambdaService.statements.get(CLAIMS)).toHaveLength(1);
    const undone = await ran(["attach", "--undo", path, "--apply", "--backups", "elsewhere"], { [path]: backup });
    expect(undone.exit).toBe(0);
    expect(backupOf(undone)[0]).toMatch(/^elsewhere\//);
    expect(stateOf()).toEqual(before);
    expect(lambdaService.statements.get(CLAIMS)).toEqual([]);
  });

  test("has nothing to do the second time, and writes no backup for it", async () => {
    await ran([...ATTACH, "--apply"]);
    const again = await ran([...ATTACH, "--apply"]);
    expect(again).toMatchObject({ exit: 0, out: `pool ${POOL_ID}: nothing to change`, err: "" });
    expect(again.written.size).toBe(0);
  });

  test("takes the version of the events from the plan that build left, and from another with --plan", async () => {
    const argv = ATTACH.slice(0, -2);
    const versionIn = ({ out }: Ran): string | undefined => /V\d_0$/m.exec(out)?.[0];
    const plans = { ".claimseal/plan.json": '{"events":"V2"}', "other.json": '{"events":"V1"}' };
    expect(versionIn(await ran(argv, plans))).toBe("V2_0");
    expect(versionIn(await ran([...argv, "--plan", "other.json"], plans))).toBe("V1_0");
    expect(versionIn(await ran([...argv, "--plan", "other.json", "--events", "V1"], plans))).toBe("V1_0");
    expect(await ran([...argv, "--plan", "other.json", "--events", "V3"], plans)).toMatchObject({
      exit: 2,
      err: expect.stringContaining("--events V3, and the plan takes V1; leave one of them out") as string,
    });
  });

  test("prints everything as JSON", async () => {
    const { exit, out } = await ran([...ATTACH, "--json", "--apply"]);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      pool: POOL_ID,
      applied: true,
      changes: [
        { field: "permission of claims:live", before: null, after: PERMISSION },
        { field: "LambdaConfig.PreTokenGenerationConfig.LambdaArn", before: null, after: "claims:live" },
        { field: "LambdaConfig.PreTokenGenerationConfig.LambdaVersion", before: null, after: "V3_0" },
      ],
      writtenBack: expect.arrayContaining(["Policies", "UserPoolTags", "LambdaConfig.CustomSMSSender"]) as string[],
      warnings: [],
      backup: expect.stringContaining("claimseal-backups/") as string,
      error: null,
    });
  });

  test("prints the members that the page on attaching lists, and no others", async () => {
    const page = readFileSync("docs/how-to/attach-to-an-existing-pool.md", "utf8");
    const [, block = ""] = /type PoolReport = \{\n([^`]*)\n\};/.exec(page) ?? [];
    const listed = [...block.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
    expect(Object.keys(JSON.parse((await ran([...ATTACH, "--json"])).out) as object)).toEqual(listed);
  });

  test("warns of a function without an alias", async () => {
    const { out } = await ran(["attach", "--pool", POOL_ID, "--function", lambda("claims"), "--events", "V3"]);
    expect(out).toContain("warning FUNCTION_UNQUALIFIED: claims is named without an alias");
  });

  const config = (arn: string): Fields => ({ PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: arn } });
  test.for<[code: string, exit: number, pool: () => PoolSettings, argv: readonly string[]]>([
    ["PRE_TOKEN_FOREIGN", 1, () => withTrigger(config(lambda("old"))), []],
    ["TIER_LITE", 1, () => withTrigger({}, { UserPoolTier: "LITE" }), []],
    ["SETTING_UNKNOWN", 1, () => withTrigger({}, { Biometrics: "9f1c-external" }), []],
    ["FUNCTION_ARN", 2, () => withTrigger({}), ["--function", "claims"]],
    ["AWS_REFUSED", 4, () => withTrigger({}), ["--pool", "eu-central-1_Another1"]],
  ])("refuses with %s and exit %i, and neither sends nor writes anything", async ([code, exit, pool, argv]) => {
    settings = pool();
    const before = stateOf();
    const done = await ran([...ATTACH, "--apply", ...argv]);
    expect(done).toMatchObject({ exit, out: "" });
    expect(done.err).toMatch(new RegExp(`^claimseal attach: ${code}: `));
    expect(stateOf()).toEqual(before);
    expect([done.written.size, lambdaService.statements.size]).toEqual([0, 0]);
    const asJson = await ran([...ATTACH, "--apply", "--json", ...argv]);
    expect(JSON.parse(asJson.out)).toMatchObject({ ok: false, applied: false, error: { code } });
  });

  test("replaces another function, and sends back an unknown setting, where it is told to", async () => {
    settings = withTrigger(config(lambda("old")), { Biometrics: "9f1c-external" });
    const { exit, out } = await ran([...ATTACH, "--replace", "--write-back", "Biometrics", "--apply"]);
    expect(exit).toBe(0);
    expect(out).toContain("LambdaConfig.PreTokenGenerationConfig.LambdaArn      old -> claims:live");
    expect(settings.describe()).toMatchObject({ Biometrics: "9f1c-external" });
  });

  test.for<[argv: readonly string[], exit: number, said: string]>([
    [["--function", CLAIMS], 2, "--pool is missing"],
    [["--pool", "clinic people"], 2, "--pool takes the id of a pool, such as eu-central-1_AbCdEf123"],
    [["--pool", POOL_ID], 2, "--function is missing"],
    [
      ["--pool", POOL_ID, "--function", CLAIMS],
      2,
      ".claimseal/plan.json: not valid JSON; say which events with --events, or where the plan is with --plan",
    ],
    [["--pool", POOL_ID, "--function", CLAIMS, "--plan", "none.json"], 3, "none.json: there is no such file"],
    [
      ["--pool", POOL_ID, "--function", CLAIMS, "--plan", "package.json"],
      3,
      "package.json: that is no plan of claimseal build",
    ],
    [["--pool", POOL_ID, "--function", CLAIMS, "--events", "V4"], 2, "--events is one of V1, V2, V3"],
    [["--undo", "backup.json", "--function", CLAIMS], 2, "--undo takes no --function: the backup says it"],
    [["--undo", "package.json"], 3, "package.json: that is no backup of claimseal attach or detach"],
    [["--undo", "backup.json", "--pool", "eu-central-1_Another1"], 2, "backup.json: a backup of another pool"],
  ])("says what is missing: %j", async ([argv, exit, said]) => {
    const backup = {
      v: 1,
      made: "2026",
      userPool: { Id: POOL_ID },
      functionArn: CLAIMS,
      functionPolicy: null,
      asked: null,
    };
    const done = await ran(["attach", ...argv], { "backup.json": JSON.stringify(backup), ".claimseal/plan.json": "" });
    expect(done).toMatchObject({ exit, out: "" });
    expect(done.err.split("\n")[0]).toBe(`claimseal attach: ${said}`);
  });

  test("says nothing on any way that is an ARN or what a setting holds, but for the backup", async () => {
    settings = withTrigger(config(lambda("old")));
    const refused = await ran([...ATTACH, "--apply"]);
    const attached = await ran([...ATTACH, "--apply", "--replace", "--json"]);
    const [path, backup] = backupOf(attached);
    const undone = await ran(["attach", "--undo", path, "--apply"], { [path]: backup });
    const said = [refused, attached, undone].flatMap(({ out, err }) => [out, err]).join("\n");
    expect(SECRETS.filter((secret) => said.includes(secret))).toEqual([]);
    expect(SECRETS.filter((secret) => !backup.includes(secret))).toEqual([]);
  });
});

describe("claimseal detach", () => {
  test("takes the trigger away that attach gave, and attach --undo gives it back", async () => {
    const before = stateOf();
    await ran([...ATTACH, "--apply"]);
    const attached = stateOf();
    const dry = await ran(["detach", "--pool", POOL_ID]);
    expect(dry.out).toContain(`  permission of claims:live                            ${PERMISSION} -> -`);
    expect(stateOf()).toEqual(attached);
    const done = await ran(["detach", "--pool", POOL_ID, "--apply"]);
    expect(done.exit).toBe(0);
    expect(stateOf()).toEqual(before);
    const [path, backup] = backupOf(done);
    expect((await ran(["attach", "--undo", path, "--apply"], { [path]: backup })).exit).toBe(0);
    expect(stateOf()).toEqual(attached);
    expect(lambdaService.statements.get(CLAIMS)).toHaveLength(1);
  });

  test("has nothing to do for a pool without a function", async () => {
    expect(await ran(["detach", "--pool", POOL_ID, "--apply"])).toMatchObject({
      exit: 0,
      out: `pool ${POOL_ID}: nothing to change`,
    });
  });

  test("leaves somebody else's function alone", async () => {
    settings = withTrigger({ PreTokenGeneration: lambda("old") });
    const done = await ran(["detach", "--pool", POOL_ID, "--apply"]);
    expect(done).toMatchObject({ exit: 1, out: "" });
    expect(done.err).toContain("claimseal detach: PRE_TOKEN_FOREIGN: old has its permission from elsewhere");
    expect((await ran(["detach", "--pool", POOL_ID, "--function", lambda("old"), "--apply"])).exit).toBe(0);
    expect(settings.describe()["LambdaConfig"]).toEqual(FULL_POOL["LambdaConfig"]);
  });
});

test("clients that are not installed are named with the command that installs them; any other fault is none of that", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(connectPool(POOL_ID, () => Promise.reject(missing))).rejects.toMatchObject({
    exit: 3,
    message:
      "this needs clients of AWS: npm install --save-dev @aws-sdk/client-cognito-identity-provider @aws-sdk/client-lambda",
  });
  await expect(connectPool(POOL_ID, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});

test("the page on attaching has every code that there is, with its exit code", () => {
  const page = readFileSync("docs/how-to/attach-to-an-existing-pool.md", "utf8");
  const told = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \|/gm)].map(([, code, exit]) => [code, Number(exit)]);
  const [, union = ""] = /type AttachCode =([^;]+);/.exec(readFileSync("deploy/attach-codes.ts", "utf8")) ?? [];
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code as AttachCode);
  expect(codes.length).toBeGreaterThan(8);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(codes.map((code) => [code, poolExit(code)])));
});
