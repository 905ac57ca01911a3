import { describe, expect, test } from "vitest";
import { readStores } from "../../aws/export-stores.ts";
import { readPool } from "../../aws/pool-export.ts";
import { DeployError } from "../../deploy/deploy-error.ts";

const POOL = "eu-central-1_Example01";
const FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const TABLE_ARN = "arn:aws:dynamodb:eu-central-1:111122223333:table/staff";

/** An exception as the SDK throws it. */
function awsError(name: string, fault: "client" | "server" = "client"): Error {
  return Object.assign(new Error(`said in words that name ${FUNCTION}`), { name, $fault: fault });
}

/** An answer, an exception, or a function of the request that gives either. */
type Answer = unknown;

/** A client that gives these answers by the command's name, and remembers what it was asked. */
function fakeClient(answers: { readonly [command: string]: Answer }, asked: string[] = []) {
  return {
    send: async (command: {
      readonly constructor: { readonly name: string };
      readonly input: unknown;
    }): Promise<never> => {
      const name = command.constructor.name.replace(/Command$/, "");
      asked.push(name);
      const answer = answers[name] ?? {};
      if (answer instanceof Error) throw answer;
      const given = typeof answer === "function" ? (answer as (input: unknown) => unknown)(command.input) : answer;
      if (given instanceof Error) throw given;
      return given as never;
    },
  };
}

const COGNITO: { readonly [command: string]: Answer } = {
  DescribeUserPool: {
    UserPool: {
      Id: POOL,
      LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: `${FUNCTION}:live`, LambdaVersion: "V3_0" } },
    },
  },
  ListUserPoolClients: ({ NextToken }: { readonly NextToken?: unknown }) =>
    NextToken === undefined
      ? { UserPoolClients: [{ ClientId: "1web", ClientName: "web" }], NextToken: "more" }
      : { UserPoolClients: [{ ClientId: "2lab", ClientName: "lab" }] },
  DescribeUserPoolClient: ({ ClientId }: { readonly ClientId?: unknown }) => ({
    UserPoolClient: { ClientId, RefreshTokenValidity: 30 },
  }),
  ListResourceServers: { ResourceServers: [{ Identifier: "care-api" }] },
  ListIdentityProviders: { Providers: [{ ProviderName: "Hospital", ProviderType: "SAML" }] },
  DescribeIdentityProvider: { IdentityProvider: { ProviderName: "Hospital", AttributeMapping: {} } },
};
const LAMBDA: { readonly [command: string]: Answer } = {
  GetFunctionConfiguration: { FunctionArn: `${FUNCTION}:live` },
  GetPolicy: ({ Qualifier }: { readonly Qualifier?: unknown }) =>
    Qualifier === undefined ? awsError("ResourceNotFoundException") : { Policy: "{}", RevisionId: "1" },
};

function read(cognito: typeof COGNITO = {}, lambda: typeof LAMBDA = {}, asked: string[] = []) {
  const functions = fakeClient({ ...LAMBDA, ...lambda }, asked);
  return readPool({ userPools: fakeClient({ ...COGNITO, ...cognito }, asked), functionsFor: () => functions }, POOL);
}

describe("a pool", () => {
  test("is read whole: every page of its lists, each client and provider, the alias and the function past it", async () => {
    expect(await read()).toEqual({
      v: 1,
      userPool: expect.objectContaining({ Id: POOL }),
      clients: ["1web", "2lab"].map((ClientId) => ({ ClientId, RefreshTokenValidity: 30 })),
      resourceServers: [{ Identifier: "care-api" }],
      identityProviders: [{ ProviderName: "Hospital", AttributeMapping: {} }],
      functionConfiguration: { FunctionArn: `${FUNCTION}:live` },
      functionPolicy: { Policy: "{}" },
      unqualifiedPolicy: null,
      notRead: [],
    });
  });

  test("without a trigger has no function, and one that is gone is none", async () => {
    const none = await read({ DescribeUserPool: { UserPool: { Id: POOL } } });
    expect(none).not.toHaveProperty("functionConfiguration");
    const gone = await read(
      {},
      {
        GetFunctionConfiguration: awsError("ResourceNotFoundException"),
        GetPolicy: awsError("ResourceNotFoundException"),
      },
    );
    expect(gone).toMatchObject({ functionConfiguration: null, functionPolicy: null, unqualifiedPolicy: null });
  });

  test("with a trigger for what identity providers send is read with that function and its policy too", async () => {
    const InboundFederation = { LambdaArn: `${FUNCTION}-enters`, LambdaVersion: "V1_0" };
    const asked: string[] = [];
    const raw = await read(
      { DescribeUserPool: { UserPool: { Id: POOL, LambdaConfig: { InboundFederation } } } },
      {
        GetPolicy: awsError("ResourceNotFoundException"),
      },
      asked,
    );
    expect(raw).toMatchObject({ federationConfiguration: { FunctionArn: `${FUNCTION}:live` }, federationPolicy: null });
    expect(raw).not.toHaveProperty("functionConfiguration");
    expect(asked.filter((each) => /Function|Policy/.test(each))).toEqual(["GetFunctionConfiguration", "GetPolicy"]);
  });

  test("is read as far as it is shown: what is refused is missing, under AWS's name for why", async () => {
    const denied = awsError("AccessDeniedException");
    const raw = await read(
      {
        ListIdentityProviders: denied,
        DescribeUserPoolClient: ({ ClientId }: { readonly ClientId?: unknown }) =>
          ClientId === "1web" ? { UserPoolClient: { ClientId } } : denied,
      },
      { GetPolicy: awsError("TooManyRequestsException") },
    );
    expect(raw).not.toHaveProperty("identityProviders");
    expect(raw).not.toHaveProperty("functionPolicy");
    expect(raw["clients"]).toEqual([{ ClientId: "1web" }, { ClientId: "2lab", ClientName: "lab" }]);
    expect(raw.notRead).toEqual([
      { part: "clients.2lab", why: "AccessDeniedException" },
      { part: "identityProviders", why: "AccessDeniedException" },
      { part: "functionPolicy", why: "TooManyRequestsException" },
      { part: "unqualifiedPolicy", why: "TooManyRequestsException" },
    ]);
  });

  const ends: readonly (readonly [name: string, error: Error, code: string])[] = [
    ["there is no such pool", awsError("ResourceNotFoundException"), "AWS_REFUSED"],
    ["nobody may see it", awsError("AccessDeniedException"), "AWS_REFUSED"],
    ["there are no credentials", Object.assign(new Error(), { name: "CredentialsProviderError" }), "AWS_UNREACHABLE"],
    ["nobody answers", Object.assign(new Error(), { code: "ECONNREFUSED" }), "AWS_UNREACHABLE"],
  ];
  test.for(ends)("is not read where %s, and AWS's words stay behind", async ([, error, code]) => {
    const failed = await read({ DescribeUserPool: error }).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(DeployError);
    expect(failed).toMatchObject({ code });
    expect((failed as Error).message).not.toContain(FUNCTION);
  });

  test.for([awsError("ExpiredTokenException"), awsError("InternalErrorException", "server")])(
    "is not read half where nothing more can be expected (%s)",
    async (error) => {
      await expect(read({ ListResourceServers: error })).rejects.toBeInstanceOf(DeployError);
    },
  );
});

const KMS: { readonly [command: string]: Answer } = {
  DescribeKey: { KeyMetadata: { Arn: KEY, KeySpec: "SYMMETRIC_DEFAULT" } },
  GetKeyPolicy: { Policy: "{}", PolicyName: "default" },
  ListGrants: ({ Marker }: { readonly Marker?: unknown }) =>
    Marker === undefined
      ? { Grants: [{ Name: "one" }], Truncated: true, NextMarker: "more" }
      : { Grants: [{ Name: "two" }], Truncated: false },
  GetKeyRotationStatus: { KeyRotationEnabled: true },
};
const DYNAMO: { readonly [command: string]: Answer } = {
  DescribeTable: { Table: { TableName: "staff", TableArn: TABLE_ARN } },
  DescribeContinuousBackups: { ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED" } },
  GetResourcePolicy: awsError("PolicyNotFoundException"),
};

function stores(kms: typeof KMS = {}, dynamo: typeof DYNAMO = {}, asked: string[] = []) {
  const regions: string[] = [];
  const raw = readStores(
    {
      keysIn: (region) => {
        regions.push(region);
        return fakeClient({ ...KMS, ...kms }, asked);
      },
      tablesIn: (region) => {
        regions.push(region);
        return fakeClient({ ...DYNAMO, ...dynamo }, asked);
      },
    },
    { keys: [{ arn: KEY, region: "eu-central-1" }], tables: [{ name: "staff", region: "eu-west-1" }] },
  );
  return { raw, regions };
}

describe("keys and tables", () => {
  test("are read where they are, with their policies, grants, rotation and backups", async () => {
    const { raw, regions } = stores();
    expect(await raw).toEqual({
      keys: [
        {
          arn: KEY,
          metadata: { Arn: KEY, KeySpec: "SYMMETRIC_DEFAULT" },
          policy: { Policy: "{}" },
          grants: [{ Name: "one" }, { Name: "two" }],
          rotation: { KeyRotationEnabled: true },
        },
      ],
      tables: [
        {
          name: "staff",
          region: "eu-west-1",
          table: { TableName: "staff", TableArn: TABLE_ARN },
          continuousBackups: { ContinuousBackupsStatus: "ENABLED" },
          policy: null,
        },
      ],
      notRead: [],
    });
    expect(regions).toEqual(["eu-central-1", "eu-west-1"]);
  });

  test("that are not there are none, and nothing more is asked of them", async () => {
    const asked: string[] = [];
    const { raw } = stores(
      { DescribeKey: awsError("NotFoundException") },
      { DescribeTable: awsError("ResourceNotFoundException") },
      asked,
    );
    expect(await raw).toMatchObject({ keys: [{ arn: KEY, metadata: null }], tables: [{ table: null }] });
    expect(asked).toEqual(["DescribeKey", "DescribeTable"]);
  });

  test("of another account, say, are missing under AWS's name for why", async () => {
    const denied = awsError("AccessDeniedException");
    const { raw } = stores({ GetKeyPolicy: denied, ListGrants: denied }, { DescribeContinuousBackups: denied });
    expect((await raw).notRead).toEqual([
      { part: `keys.${KEY}.policy`, why: "AccessDeniedException" },
      { part: `keys.${KEY}.grants`, why: "AccessDeniedException" },
      { part: "tables.eu-west-1.staff.continuousBackups", why: "AccessDeniedException" },
    ]);
  });

  test("that cannot be rotated are not asked for it", async () => {
    const asked: string[] = [];
    await stores({ DescribeKey: { KeyMetadata: { KeySpec: "HMAC_256" } } }, {}, asked).raw;
    expect(asked).not.toContain("GetKeyRotationStatus");
  });
});
