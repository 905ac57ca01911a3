import { describe, expect, test } from "vitest";
import type { Plan, SealMode } from "../../../claims/plan.ts";
import { storesOf } from "../../../deploy/doctor/bound-plan.ts";
import { readPoolExport } from "../../../deploy/doctor/pool-export.ts";
import { usedKeys, usedTables } from "../../../deploy/doctor/used-stores.ts";
import { aPlan } from "../../claims/a-plan.ts";
import { ACCOUNT, CARE_KEY } from "../a-deployment.ts";
import { cleanPool, clinicPlan, type Doc, diagnosed, POOL_ARN, policyText } from "./a-clean-pool.ts";
import { ANY, at, set, web } from "./flaws/flaw.ts";
import { BY_IDP, withProvider } from "./flaws/people-flaws.ts";

const codes = (pool: unknown, plan: Plan = clinicPlan()): readonly string[] =>
  diagnosed(pool, plan).findings.map(({ code }) => code);

const SEAL = 'seal: { key: "${env:CARE_KEY_ARN}", region: eu-central-1, mode: envelope }';

describe.for<readonly [SealMode, Doc]>([
  ["asymmetric", { KeyUsage: "KEY_AGREEMENT", KeySpec: "ECC_NIST_P256" }],
  ["direct", { KeyUsage: "ENCRYPT_DECRYPT", KeySpec: "SYMMETRIC_DEFAULT" }],
])("under mode %s", ([mode, kind]) => {
  const plan = clinicPlan([SEAL, SEAL.replace("envelope", mode)]);
  const pool = (): Doc => {
    const clean = cleanPool(plan);
    set(at(clean, "keys", 0, "metadata"), kind);
    return clean;
  };

  test("a key of its kind with the generated policy has no finding, and is asked for no rotation it cannot have", () => {
    const clean = pool();
    if (mode === "asymmetric") delete at(clean, "keys", 0)["rotation"];
    expect(diagnosed(clean, plan)).toMatchObject({ findings: [], notChecked: [] });
  });

  test("AWS's own default policy is everything to the whole account", () => {
    const open = pool();
    const root = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    set(at(open, "keys", 0), { policy: policyText({ Sid: "Enable IAM User Permissions", ...root }) });
    expect(diagnosed(open, plan).findings.map(({ code, reason }) => [code, reason])).toEqual([
      [
        "DR704",
        expect.stringMatching(new RegExp(`^whoever account ${ACCOUNT} lets may kms:(Decrypt|DeriveSharedSecret)$`)),
      ],
      ["DR706", `it allows everything to whoever account ${ACCOUNT} lets`],
    ]);
  });

  test("a grant that nothing denies opens", () => {
    const granted = pool();
    const grantee = `arn:aws:iam::${ACCOUNT}:role/backup`;
    const key = at(granted, "keys", 0);
    const { Statement } = JSON.parse(String(at(key, "policy")["Policy"])) as { Statement: Doc[] };
    const operation = mode === "asymmetric" ? "DeriveSharedSecret" : "Decrypt";
    set(key, {
      policy: policyText(...Statement.filter(({ Sid }) => !String(Sid).startsWith("NobodyElse"))),
      grants: [{ GranteePrincipal: grantee, Operations: [operation] }],
    });
    expect(codes(granted, plan)).toEqual(["DR704", "DR710"]);
  });
});

test("a provider's attribute may be written by a client that only providers' people use", () => {
  const plan = clinicPlan(BY_IDP, ANY);
  const pool = cleanPool(plan);
  withProvider({ ProviderName: "Hospital", ProviderType: "OIDC", AttributeMapping: { username: "sub" } })(pool);
  const federated = {
    ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    SupportedIdentityProviders: ["Hospital"],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid"],
    WriteAttributes: ["custom:employer"],
  };
  set(web(pool), federated);
  expect(codes(pool, plan)).toContain("DR406");
  set(at(pool, "userPool"), { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  expect(codes(pool, plan)).not.toContain("DR406");
  set(web(pool), { AllowedOAuthScopes: ["openid", "aws.cognito.signin.user.admin"] });
  expect(codes(pool, plan)).toContain("DR406");
});

test("a pool that kept V2 on Lite from before there were plans is left in peace", () => {
  const plan = { ...clinicPlan(), events: "V2" } as const;
  const pool = cleanPool(plan);
  set(at(pool, "userPool"), { UserPoolTier: "LITE", UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } });
  set(at(pool, "userPool", "LambdaConfig", "PreTokenGenerationConfig"), { LambdaVersion: "V2_0" });
  expect(codes(pool, plan)).toEqual([]);
});

test("a function that serves other pools on purpose may be invoked for them", () => {
  const other = POOL_ARN.replace("Example01", "Another01");
  const pool = cleanPool();
  const text = JSON.stringify(at(pool, "functionPolicy")["Policy"]);
  const both = text.replace(
    JSON.stringify(JSON.stringify(POOL_ARN)).slice(1, -1),
    `[\\"${POOL_ARN}\\",\\"${other}\\"]`,
  );
  set(pool, { functionPolicy: { Policy: JSON.parse(both) as unknown } });
  expect(codes(pool)).toEqual(["DR304"]);
  set(at(pool, "functionConfiguration", "Environment", "Variables"), {
    CLAIMSEAL_POOLS: "eu-central-1_Example01, eu-central-1_Another01",
  });
  expect(codes(pool)).toEqual([]);
});

test("clients with one name are told apart by their ids", () => {
  const pool = cleanPool();
  set(at(pool, "clients", 1), { ClientName: "clinic-web" });
  set(web(pool), { EnableTokenRevocation: false });
  expect(diagnosed(pool).findings[0]?.place[1]).toBe("clinic-web (1web0000000000000000000001)");
});

describe("tables", () => {
  const rows = aPlan().sources["staff"] as Extract<Plan["sources"][string], { readonly kind: "row" }>;
  const by = (index: Doc) => {
    const plan = aPlan({
      usernames: "any",
      resourceServers: {},
      sources: {
        staff: rows,
        teams: {
          ...rows,
          kind: "query",
          table: "staff",
          index: "by-team",
          key: { team: ["blue"] },
          order: "ascending",
          limit: 10,
          onMore: "deny",
          attributes: { role: { type: "string", class: "open" } },
        },
      },
    });
    const pool = cleanPool();
    set(at(pool, "tables", 0), { name: "staff" });
    set(at(pool, "tables", 0, "table"), {
      AttributeDefinitions: ["pk", "team"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [index],
    });
    return diagnosed(pool, plan).findings.filter(({ code }) => code === "DR803");
  };
  const KeySchema = [{ AttributeName: "team", KeyType: "HASH" }];

  test("may have an index with more keys than a query uses, and everything in it", () => {
    const more = [...KeySchema, { AttributeName: "pk", KeyType: "RANGE" }];
    expect(by({ IndexName: "by-team", KeySchema: more, Projection: { ProjectionType: "ALL" } })).toEqual([]);
    expect(
      by({ IndexName: "by-team", KeySchema, Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["role"] } }),
    ).toEqual([]);
  });

  test.for([
    [{ IndexName: "by-role", KeySchema, Projection: { ProjectionType: "ALL" } }, "the table has no such index"],
    [
      {
        IndexName: "by-team",
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
      "its key is pk; the map's is team",
    ],
    [{ IndexName: "by-team", KeySchema, Projection: { ProjectionType: "KEYS_ONLY" } }, "it does not hold role"],
  ] as const)("%j: %s", ([index, reason]) => {
    expect(by(index)).toMatchObject([{ place: ["tables", "staff+teams", "by-team"].slice(0, 3), reason }]);
  });
});

test("tables and keys of a partition are looked at one by one, and a table that two sources read once", () => {
  const plan = aPlan();
  const [staff, server] = [plan.sources["staff"], plan.resourceServers["care-api"]];
  if (staff?.kind !== "row" || !server?.seal) throw new Error("the fixture has both");
  const partition: Plan["partition"] = {
    by: { op: "ref", ref: ["staff", "role"] },
    values: { eu: { suffix: "eu", key: CARE_KEY }, us: { suffix: "us", key: `${CARE_KEY}us` } },
  };
  const spread = aPlan({
    partition,
    sources: { staff: { ...staff, table: "staff-{partition.suffix}" }, again: { ...staff, table: "staff-eu" } },
    resourceServers: { "care-api": { ...server, seal: { ...server.seal, key: "{partition.key}" } } },
  });
  expect(usedKeys(spread).map(({ name, arn }) => [name, arn])).toEqual([
    ["care-api.eu", CARE_KEY],
    ["care-api.us", `${CARE_KEY}us`],
  ]);
  expect(
    usedTables(spread, "eu-central-1").map(({ name, sources }) => [name, sources.map(([source]) => source)]),
  ).toEqual([
    ["staff-eu", ["staff.eu", "again"]],
    ["staff-us", ["staff.us"]],
  ]);
});

describe("keys and tables are read", () => {
  const Arn = POOL_ARN;

  test("in the pool's Region where the map states none, though its function is not shown", () => {
    const { keys, tables } = storesOf(readPoolExport({ v: 1, userPool: { Arn } }), aPlan());
    expect(keys).toEqual([{ arn: "arn:aws:kms:eu-central-1:111122223333:key/care", region: "eu-central-1" }]);
    expect(tables).toEqual([{ name: "staff", region: "eu-central-1" }]);
  });

  test("where the map says, or beside the function, for a key whose id says no Region", () => {
    const [id, other] = ["1234abcd-12ab-34cd-56ef-1234567890ab", "5678abcd-12ab-34cd-56ef-1234567890ab"];
    const { resourceServers } = aPlan();
    const server = resourceServers["care-api"];
    if (!server) throw new Error("the fixture has it");
    const plan = aPlan({
      resourceServers: { "care-api": { ...server, seal: { key: id, region: "eu-west-1", mode: "envelope" } } },
      pseudonyms: { key: other },
    });
    expect(storesOf(readPoolExport({ v: 1, userPool: { Arn } }), plan).keys).toEqual([
      { arn: id, region: "eu-west-1" },
      { arn: other, region: "eu-central-1" },
    ]);
  });
});
