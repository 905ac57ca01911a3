import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { functionPermissions, lambdaAdministration } from "../../aws/function-permission.ts";
import { userPools, userPoolsClient } from "../../aws/user-pools.ts";
import type { Fields } from "../../cognito/own-fields.ts";
import { planAttach } from "../../deploy/attach.ts";
import { applyChange } from "../../deploy/attach-apply.ts";
import { planUndo } from "../../deploy/attach-undo.ts";
import { readBackup } from "../../deploy/pool-backup.ts";
import type { PoolChange } from "../../deploy/pool-change.ts";
import { SETTINGS } from "../../deploy/pool-model.ts";
import { permissionFor } from "../../deploy/pool-permission.ts";
import type { PoolPorts } from "../../deploy/pool-ports.ts";
import { localCredentials } from "../../local/local-account.ts";
import { type LoopbackAnswer, serveLoopback } from "../../local/loopback.ts";
import { createPoolSettings } from "../../local/user-pool/pool-settings.ts";
import { serveUserPool } from "../../local/user-pool/server.ts";
import { createUserPool, type UserPool } from "../../local/user-pool/user-pool.ts";
import { FULL_POOL, lambda, POOL_ID, SECRETS } from "../deploy/a-full-pool.ts";
import { type LambdaService, serveLambdaPolicies } from "./a-lambda-service.ts";

const CLAIMS = lambda("claims:live");
const running: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

let base: UserPool;
let pool: UserPool;
let lambdaService: LambdaService;
beforeAll(async () => {
  lambdaService = await serveLambdaPolicies();
  const region = "eu-central-1";
  base = await createUserPool({ poolId: POOL_ID, region, lambdaVersion: "V3", clients: [], resourceServers: [] });
});
afterAll(() => lambdaService.stop());
beforeEach(() => {
  lambdaService.statements.clear();
  lambdaService.requests.length = 0;
  // A pool's keys take their time, and no test here needs its own.
  pool = { ...base, settings: createPoolSettings({ ...FULL_POOL, NewerThanTheSdk: { Mode: "ON" } }) };
});

/** The SDK's own clients as they are made, pointed somewhere else. */
function poolsAt(endpoint: string, changes: object = {}) {
  const { region, requestHandler } = userPoolsClient(POOL_ID).config;
  const config = { endpoint, region, requestHandler, credentials: localCredentials, maxAttempts: 1, ...changes };
  const client = new CognitoIdentityProviderClient(config);
  running.push({ stop: () => client.destroy() });
  return userPools(client);
}
function permissionsAt(endpoint: string): ReturnType<typeof functionPermissions> {
  return functionPermissions((functionArn) => {
    const { region, requestHandler } = lambdaAdministration(functionArn).config;
    const client = new LambdaClient({
      endpoint,
      region,
      requestHandler,
      credentials: localCredentials,
      maxAttempts: 1,
    });
    running.push({ stop: () => client.destroy() });
    return client;
  });
}
async function embedded(): Promise<PoolPorts> {
  const server = await serveUserPool(pool);
  running.push(server);
  return { ...poolsAt(server.url), ...permissionsAt(lambdaService.url), pause: async () => {} };
}
/** A server that has one answer to everything, and remembers what it was sent. */
async function aServer(answer: LoopbackAnswer) {
  const bodies: string[] = [];
  const server = await serveLoopback(async ({ body }) => {
    bodies.push(body);
    return answer;
  });
  running.push(server);
  return { url: server.url, bodies };
}

describe("user pools", () => {
  test("are read whole, with what the SDK has no type for", async () => {
    const read = await (await embedded()).readPool(POOL_ID);
    expect(read).toEqual(pool.settings.describe());
    expect(read).toMatchObject({ NewerThanTheSdk: { Mode: "ON" }, Policies: FULL_POOL["Policies"] as Fields });
  });

  test("are sent exactly what is given, with what the SDK has no type for", async () => {
    const { url, bodies } = await aServer({ status: 200, body: "{}" });
    const request = {
      UserPoolId: POOL_ID,
      PoolName: "clinic people",
      NewerThanTheSdk: [{ Mode: "Größe" }],
      Policies: {},
    };
    await poolsAt(url).updatePool(request);
    expect(bodies).toEqual([JSON.stringify(request)]);
  });

  test("take every setting there is, and keep it", async () => {
    const { readPool, updatePool } = await embedded();
    const names = Object.keys(SETTINGS);
    const { AdminCreateUserConfig, ...rest } = await readPool(POOL_ID);
    const { UnusedAccountValidityDays: _, ...admin } = AdminCreateUserConfig as Fields;
    const settings = Object.fromEntries(Object.entries(rest).filter(([name]) => names.includes(name)));
    const before = pool.settings.describe();
    await updatePool({ UserPoolId: POOL_ID, PoolName: "another name", ...settings, AdminCreateUserConfig: admin });
    const { LastModifiedDate: changed, ...after } = pool.settings.describe();
    expect({ ...after, LastModifiedDate: before["LastModifiedDate"] }).toEqual({ ...before, Name: "another name" });
    expect(changed).not.toBe(before["LastModifiedDate"]);
  });

  test("lose what they are not sent", async () => {
    const { updatePool } = await embedded();
    await updatePool({ UserPoolId: POOL_ID, LambdaConfig: { PreSignUp: lambda("pre-sign-up") } });
    const told = pool.settings.describe();
    expect(told).toMatchObject({ LambdaConfig: { PreSignUp: lambda("pre-sign-up") }, DeletionProtection: "INACTIVE" });
    expect(told).not.toHaveProperty("SmsConfiguration");
    expect(told["Policies"]).not.toEqual(FULL_POOL["Policies"]);
  });

  test.for<[refused: string, request: Fields, exception: string]>([
    [
      "two functions for one trigger",
      {
        LambdaConfig: {
          PreTokenGeneration: CLAIMS,
          PreTokenGenerationConfig: { LambdaArn: lambda("other"), LambdaVersion: "V1_0" },
        },
      },
      "InvalidParameterException",
    ],
    [
      "the days of a temporary password twice",
      { Policies: FULL_POOL["Policies"], AdminCreateUserConfig: { UnusedAccountValidityDays: 2 } },
      "InvalidParameterException",
    ],
    [
      "a text that contradicts the template",
      { EmailVerificationMessage: "one", VerificationMessageTemplate: { EmailMessage: "two" } },
      "InvalidParameterException",
    ],
    [
      "V3 on the plan Lite",
      {
        UserPoolTier: "LITE",
        LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: CLAIMS, LambdaVersion: "V3_0" } },
      },
      "FeatureUnavailableInTierException",
    ],
  ])("refuse %s, and stay as they were", async ([, request, exception]) => {
    const before = pool.settings.describe();
    await expect((await embedded()).updatePool({ UserPoolId: POOL_ID, ...request })).rejects.toMatchObject({
      code: "AWS_REFUSED",
      message: `UpdateUserPool: AWS answers ${exception}`,
    });
    expect(pool.settings.describe()).toEqual(before);
  });
});

describe("a failure is told by code and name alone", () => {
  test("where AWS refuses", async () => {
    const { readPool, updatePool } = await embedded();
    await expect(readPool("eu-central-1_Another1")).rejects.toMatchObject({
      code: "AWS_REFUSED",
      message: "DescribeUserPool: AWS answers ResourceNotFoundException",
    });
    const denied = await aServer({
      status: 400,
      body: JSON.stringify({ __type: "AccessDeniedException", message: SECRETS.join(" ") }),
    });
    const failure: unknown = await poolsAt(denied.url)
      .readPool(POOL_ID)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "AWS_REFUSED",
      message: "DescribeUserPool: AWS answers AccessDeniedException",
    });
    expect(failure).not.toHaveProperty("cause");
    await expect(updatePool({ UserPoolId: "eu-central-1_Another1" })).rejects.toMatchObject({ code: "AWS_REFUSED" });
  });

  test.for<[what: string, answer: LoopbackAnswer, code: string, message: string]>([
    [
      "is no JSON",
      { status: 200, body: '{"UserPool": nora@example.com' },
      "AWS_UNREACHABLE",
      "DescribeUserPool could not be asked: no usable answer",
    ],
    [
      "has no pool",
      { status: 200, body: "{}" },
      "POOL_UNREADABLE",
      "DescribeUserPool answered without a description of the pool",
    ],
    [
      "has another pool",
      { status: 200, body: '{"UserPool":{"Id":"eu-central-1_Another1"}}' },
      "POOL_UNREADABLE",
      "DescribeUserPool answered without a description of the pool",
    ],
    [
      "is a page of a proxy",
      { status: 502, body: "<html>nora@example.com</html>" },
      "AWS_UNREACHABLE",
      "DescribeUserPool could not be asked: no usable answer",
    ],
  ])("where the answer %s", async ([, answer, code, message]) => {
    const { url } = await aServer(answer);
    await expect(poolsAt(url).readPool(POOL_ID)).rejects.toMatchObject({ code, message });
  });

  test("where nothing answers, and where there are no credentials", async () => {
    const { url } = await aServer({ status: 200 });
    await Promise.all(running.splice(0).map(({ stop }) => stop()));
    await expect(poolsAt(url).readPool(POOL_ID)).rejects.toMatchObject({
      code: "AWS_UNREACHABLE",
      message: "DescribeUserPool could not be asked: ECONNREFUSED",
    });
    const none = Object.assign(new Error("no profile nora@example.com"), { name: "CredentialsProviderError" });
    await expect(poolsAt(url, { credentials: () => Promise.reject(none) }).readPool(POOL_ID)).rejects.toMatchObject({
      code: "AWS_UNREACHABLE",
      message: "DescribeUserPool could not be asked: no AWS credentials",
    });
  });
});

describe("permissions of functions", () => {
  const permission = permissionFor(FULL_POOL, CLAIMS, null);

  test("are asked for, given and taken by function and alias", async () => {
    const { readPolicy, addPermission, removePermission } = permissionsAt(lambdaService.url);
    expect(await readPolicy(CLAIMS)).toBeNull();
    await addPermission(permission);
    expect(await readPolicy(CLAIMS)).toMatchObject({
      Statement: [
        {
          Sid: `claimseal-${POOL_ID}`,
          Action: "lambda:InvokeFunction",
          Resource: CLAIMS,
          Principal: { Service: "cognito-idp.amazonaws.com" },
          Condition: {
            StringEquals: { "AWS:SourceAccount": "111122223333" },
            ArnLike: { "AWS:SourceArn": FULL_POOL["Arn"] },
          },
        },
      ],
    });
    await removePermission(permission);
    expect(await readPolicy(CLAIMS)).toBeNull();
    const policy = `/2015-03-31/functions/${lambda("claims")}/policy`;
    expect(lambdaService.requests).toEqual([
      `GET ${policy}?Qualifier=live`,
      `POST ${policy}?Qualifier=live`,
      `GET ${policy}?Qualifier=live`,
      `DELETE ${policy}/claimseal-${POOL_ID}?Qualifier=live`,
      `GET ${policy}?Qualifier=live`,
    ]);
  });

  test("of a function without an alias, and of $LATEST, are those of the function itself", async () => {
    const { readPolicy } = permissionsAt(lambdaService.url);
    await readPolicy(lambda("claims"));
    await readPolicy(lambda("claims:$LATEST"));
    const asked = `GET /2015-03-31/functions/${lambda("claims")}/policy?`;
    expect(lambdaService.requests).toEqual([asked, asked]);
  });

  test("that are refused are refused by name", async () => {
    const { addPermission, removePermission } = permissionsAt(lambdaService.url);
    await addPermission(permission);
    await expect(addPermission(permission)).rejects.toMatchObject({
      code: "AWS_REFUSED",
      message: "AddPermission: AWS answers ResourceConflictException",
    });
    await removePermission(permission);
    await expect(removePermission(permission)).rejects.toMatchObject({
      code: "AWS_REFUSED",
      message: "RemovePermission: AWS answers ResourceNotFoundException",
    });
  });

  test.for(['{"Policy":"nora@example.com"}', '{"Policy":"[]"}'])("that are none are no policy: %s", async (body) => {
    const { url } = await aServer({ status: 200, headers: { "content-type": "application/json" }, body });
    await expect(permissionsAt(url).readPolicy(CLAIMS)).rejects.toMatchObject({
      code: "POOL_UNREADABLE",
      message: "GetPolicy answered with what is no policy",
    });
  });

  test("are asked for in the region of the function", async () => {
    expect(await lambdaAdministration("arn:aws:lambda:ap-south-1:111122223333:function:f").config.region()).toBe(
      "ap-south-1",
    );
    expect(await userPoolsClient("ap-south-2_AbC").config.region()).toBe("ap-south-2");
  });
});

test("attach and --undo through the SDK's clients give a pool back with every field it has", async () => {
  const ports = await embedded();
  const { LastModifiedDate: _, ...before } = pool.settings.describe();
  const accepted = ["NewerThanTheSdk"];
  const backups: PoolChange["backup"][] = [];
  const keep = async (backup: PoolChange["backup"]): Promise<void> => void backups.push(backup);
  const attaching = await planAttach(
    { poolId: POOL_ID, functionArn: CLAIMS, trigger: "PreTokenGeneration", events: "V3", replace: false, accepted },
    ports,
  );
  await applyChange(attaching, ports, keep, () => {});
  expect(pool.settings.describe()).toMatchObject({
    ...before,
    LambdaConfig: {
      ...(before["LambdaConfig"] as Fields),
      PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: CLAIMS },
    },
  });
  expect(lambdaService.statements.get(CLAIMS)).toHaveLength(1);

  const backup = readBackup(JSON.parse(JSON.stringify({ ...backups[0], made: "2026-11-22T10:00:00Z" })));
  await applyChange(await planUndo({ backup, replace: false, accepted }, ports), ports, keep, () => {});
  const { LastModifiedDate: __, ...after } = pool.settings.describe();
  expect(after).toEqual(before);
  expect(lambdaService.statements.get(CLAIMS)).toEqual([]);
});
