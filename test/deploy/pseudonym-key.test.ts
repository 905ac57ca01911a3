import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kmsPseudonymRoot } from "../../aws/kms-pseudonym-root.ts";
import type { Plan } from "../../claims/plan.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { ADMINISTRATION, pseudonymKeyPolicy } from "../../deploy/key-policies.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import type { Template } from "../../deploy/template.ts";
import { type AccessKey, createIdentities } from "../../local/identities/identities.ts";
import { createKms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";
import { sessionOfRole } from "../../local/policy/caller.ts";
import { requestContext } from "../../local/policy/condition.ts";
import { refusalOfKey } from "../../local/policy/key-access.ts";
import type { PolicyDocument } from "../../local/policy/policy.ts";
import { readPolicy } from "../../local/policy/read-policy.ts";
import { aPlan } from "../claims/a-plan.ts";
import { ACCOUNT, CARE_READER, CLINIC, ISSUER, newStack, PSEUDONYM_KEY } from "./a-deployment.ts";

const root = `arn:aws:iam::${ACCOUNT}:root`;
const planWith = (pseudonyms: NonNullable<Plan["pseudonyms"]>, changes: Partial<Plan> = {}): Plan =>
  aPlan({ ...changes, pseudonyms });
const created = planWith({ key: "${env:PSEUDONYM_KEY_ARN}", region: "eu-central-1" });

type Resource = { readonly Properties: { readonly [member: string]: TemplateValue } };
const resourceOf = (template: Template | undefined, id: string): Resource | undefined =>
  template?.Resources[id] as unknown as Resource | undefined;
const policyOf = (plan: Plan, id: string, member: string): PolicyDocument =>
  resolveTemplate(
    resourceOf(newStack(plan).template, id)?.Properties[member] ?? null,
    CLINIC,
  ) as unknown as PolicyDocument;

const keyPolicy = policyOf(created, "PseudonymRoot", "KeyPolicy");
const issuerPolicy = policyOf(created, "IssuerPolicy", "PolicyDocument");
const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" },
};

test("the key policy of the pseudonyms' key, to the letter", () => {
  expect(keyPolicy).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: [...ADMINISTRATION],
        Resource: "*",
      },
      {
        Sid: "IssuerMakesMacs",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: ["kms:GenerateMac"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": ISSUER },
          StringEquals: { "kms:MacAlgorithm": "HMAC_SHA_256" },
        },
      },
      {
        Sid: "NobodyElseMakesMacs",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:GenerateMac"],
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": ISSUER } },
      },
      {
        Sid: "NobodyVerifiesOrPassesItOn",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:CreateGrant", "kms:VerifyMac"],
        Resource: "*",
      },
    ],
  });
});

test("the key policy refers to no other resource: the role is named, so there is no circle", () => {
  expect(JSON.stringify(pseudonymKeyPolicy("issuer"))).not.toMatch(/"(Ref|Fn::GetAtt)"/);
});

test("the trigger's role may make MACs with that key and algorithm, and has no such statement without pseudonyms", () => {
  expect(issuerPolicy.Statement).toContainEqual({
    Sid: "MakePseudonymRoot",
    Effect: "Allow",
    Action: ["kms:GenerateMac"],
    Resource: PSEUDONYM_KEY,
    Condition: { StringEquals: { "kms:MacAlgorithm": "HMAC_SHA_256" } },
  });
  expect(JSON.stringify(newStack(aPlan()))).not.toContain("Mac");
});

describe("the key", () => {
  test("is one for MACs, outlives its stack, and cannot rotate", () => {
    const { template, environment } = newStack(created);
    expect(template.Resources["PseudonymRoot"]).toEqual({
      Type: "AWS::KMS::Key",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        Description: "claimseal: pseudonyms of demo",
        KeySpec: "HMAC_256",
        KeyUsage: "GENERATE_VERIFY_MAC",
        PendingWindowInDays: 30,
        KeyPolicy: pseudonymKeyPolicy("${AWS::StackName}-${AWS::Region}-issuer"),
      },
    });
    expect(environment["PSEUDONYM_KEY_ARN"]).toEqual({ "Fn::GetAtt": ["PseudonymRoot", "Arn"] });
  });

  test("in another region is in the template of that region, and the deployer hands over its ARN", () => {
    const { template, elsewhere, environment } = newStack(
      planWith({ key: "${env:PSEUDONYM_KEY_ARN}", region: "eu-west-1" }),
    );
    expect(resourceOf(template, "PseudonymRoot")).toBeUndefined();
    expect(elsewhere["eu-west-1"]).toMatchObject({
      Parameters: { IssuerRoleName: { Type: "String" } },
      Resources: { PseudonymRoot: { Properties: { KeyPolicy: pseudonymKeyPolicy("${IssuerRoleName}") } } },
      Outputs: { PseudonymRootArn: { Value: { "Fn::GetAtt": ["PseudonymRoot", "Arn"] } } },
    });
    expect(environment["PSEUDONYM_KEY_ARN"]).toBe("${env:PSEUDONYM_KEY_ARN}");
    expect(JSON.stringify(template.Resources["IssuerPolicy"])).toContain('"Resource":"${env:PSEUDONYM_KEY_ARN}"');
  });

  test("that the map names by its ARN exists: it is used, and not created", () => {
    const { template } = newStack(planWith({ key: PSEUDONYM_KEY }));
    expect(resourceOf(template, "PseudonymRoot")).toBeUndefined();
    expect(JSON.stringify(template.Resources["IssuerPolicy"])).toContain(`"Resource":"${PSEUDONYM_KEY}"`);
  });

  test("alone with a region says where the stack stands", () => {
    const plan = planWith({ key: "${env:K}", region: "eu-north-1" }, { resourceServers: {} });
    expect(newStack(plan).region).toBe("eu-north-1");
  });

  test("stays apart from that of a resource server, whatever that is called", () => {
    const [server] = Object.values(aPlan().resourceServers);
    const seal = { key: "${env:SEAL}", region: "eu-central-1", mode: "envelope" } as const;
    const resourceServers = {
      pseudonym: { ...server!, seal },
      "pseudonym-root": { ...server!, seal: { ...seal, key: "${env:OTHER}" } },
    };
    const plan = planWith({ key: "${env:K}", region: "eu-central-1" }, { resourceServers });
    expect(Object.keys(newStack(plan).template.Resources)).toEqual(
      expect.arrayContaining(["PseudonymKey", "PseudonymRootKey", "PseudonymRoot"]),
    );
  });

  test("cannot be one that seals", () => {
    const { key } = aPlan().resourceServers["care-api"]!.seal!;
    expect(() => newStack(planWith({ key }))).toThrow(
      new DeployError("KEY_SHARED", 'resource server "care-api" and pseudonyms share a key; give each its own'),
    );
  });
});

describe("by these policies", () => {
  const USES = [
    "kms:GenerateMac",
    "kms:VerifyMac",
    "kms:CreateGrant",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:Sign",
  ];
  const allowed = (role: string, policies: readonly PolicyDocument[], algorithm: string, granted = false) =>
    [...ADMINISTRATION, ...USES].filter((action) => {
      const context = requestContext([
        ["aws:PrincipalArn", role],
        ["kms:MacAlgorithm", algorithm],
      ]);
      const request = { caller: sessionOfRole(role), action, resource: PSEUDONYM_KEY, context };
      const identityPolicies = policies.map((policy) => readPolicy(policy, "identity"));
      return (
        refusalOfKey(request, {
          keyPolicy: readPolicy(keyPolicy, "key"),
          identityPolicies,
          granted,
          account: ACCOUNT,
        }) === null
      );
    });

  test("the trigger's role makes MACs by HMAC-SHA-256, and can do nothing else", () => {
    expect(allowed(ISSUER, [issuerPolicy], "HMAC_SHA_256")).toEqual(["kms:GenerateMac"]);
    expect(allowed(ISSUER, [issuerPolicy], "HMAC_SHA_512")).toEqual([]);
  });

  test("the trigger's role verifies none, whatever its own policies say", () => {
    expect(allowed(ISSUER, [everything], "HMAC_SHA_256")).toEqual([...ADMINISTRATION, "kms:GenerateMac"]);
  });

  test.for([CARE_READER, `arn:aws:iam::${ACCOUNT}:role/administrator`])("%s administers at most", (role) => {
    expect(allowed(role, [everything], "HMAC_SHA_256")).toEqual([...ADMINISTRATION]);
    expect(allowed(role, [], "HMAC_SHA_256")).toEqual([]);
  });

  test("a grant helps nobody to a MAC, nor to the verdict on a guess", () => {
    const granted = allowed(CARE_READER, [], "HMAC_SHA_256", true);
    expect(granted).not.toContain("kms:GenerateMac");
    expect(granted).not.toContain("kms:VerifyMac");
  });
});

describe("a KMS that keeps to these policies", () => {
  let server: Loopback;
  let roles: Readonly<Record<"issuer" | "administrator" | "reader", AccessKey>>;

  beforeAll(async () => {
    const kms = createKms();
    const [, , , region = "", , id = ""] = PSEUDONYM_KEY.split(":");
    kms.createKey({ region, keyId: id.replace("key/", ""), spec: "HMAC_256", policy: keyPolicy });
    const identities = createIdentities();
    roles = {
      issuer: identities.createIdentity(ISSUER, [issuerPolicy]),
      administrator: identities.createIdentity(`arn:aws:iam::${ACCOUNT}:role/administrator`, [everything]),
      reader: identities.createIdentity(CARE_READER, [everything]),
    };
    server = await serveKms(kms, { identities });
  });
  afterAll(async () => {
    await server.stop();
  });

  const never = new AbortController().signal;
  const clientOf = (role: keyof typeof roles): KMSClient =>
    new KMSClient({ endpoint: server.url, region: "eu-central-1", credentials: roles[role], maxAttempts: 1 });
  const mac = {
    KeyId: PSEUDONYM_KEY,
    MacAlgorithm: "HMAC_SHA_256",
    Message: Buffer.from("claimseal/pseudonym/v1"),
  } as const;

  test("gives the trigger the root, the same at every start", async () => {
    const first = await kmsPseudonymRoot(clientOf("issuer"))(PSEUDONYM_KEY, never);
    expect((await kmsPseudonymRoot(clientOf("issuer"))(PSEUDONYM_KEY, never)).equals(first)).toBe(true);
  });

  test.for(["administrator", "reader"] as const)("gives the %s no root, with kms:* on every key", async (role) => {
    await expect(kmsPseudonymRoot(clientOf(role))(PSEUDONYM_KEY, never)).rejects.toMatchObject({
      code: "KEY_ACCESS_DENIED",
      message: "KMS refuses the key: AccessDeniedException",
    });
  });

  test.for(["issuer", "administrator", "reader"] as const)("tells the %s nothing of a guess", async (role) => {
    const { Mac } = await clientOf("issuer").send(new GenerateMacCommand(mac));
    await expect(clientOf(role).send(new VerifyMacCommand({ ...mac, Mac }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});
