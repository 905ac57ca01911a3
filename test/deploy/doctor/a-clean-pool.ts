import { readFileSync } from "node:fs";
import { bindPlan } from "../../../claims/bind.ts";
import { checkClaimMap } from "../../../claims/check.ts";
import { planDigest } from "../../../claims/digest.ts";
import type { Plan } from "../../../claims/plan.ts";
import { type Diagnosis, examine } from "../../../deploy/doctor/examine.ts";
import { type PoolExport, readPoolExport } from "../../../deploy/doctor/pool-export.ts";
import { type KeyPolicy, keyPolicies, pseudonymKeyPolicy } from "../../../deploy/key-policies.ts";
import { resolveTemplate } from "../../../deploy/resolve-template.ts";
import { eventLoggingIn } from "../../../triggers/event-logging.ts";
import { ACCOUNT, BILLING_KEY, CARE_KEY, CARE_READER, ISSUER, POOL_ID, PSEUDONYM_KEY } from "../a-deployment.ts";

export const POOL_ARN: string = `arn:aws:cognito-idp:eu-central-1:${ACCOUNT}:userpool/${POOL_ID}`;
export const FUNCTION_ARN: string = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:claimseal-dev-preToken`;
export const WEB = "1web0000000000000000000001";
export const LAB = "3lab0000000000000000000001";
export const ROLE_NAME = "claimseal-dev-eu-central-1-issuer";

/** A plan as it is compiled of a map's text: the clinic's, unless something of it is another. */
export function clinicPlan(...changes: readonly (readonly [from: string, to: string])[]): Plan {
  const written = readFileSync("mappings/clinic-eu.claims.yaml", "utf8");
  const text = changes.reduce((map, [from, to]) => {
    if (!map.includes(from)) throw new Error(`the map no longer has: ${from}`);
    return map.replaceAll(from, to);
  }, written);
  const known = PLANS.get(text);
  if (known) return known;
  const { findings, plan } = checkClaimMap(text);
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  PLANS.set(text, plan);
  return plan;
}

const PLANS = new Map<string, Plan>();

export type Doc = { [name: string]: unknown };

/** What one sets on a function for the clinic's map. */
export function variablesOf(plan: Plan): Record<string, string> {
  return {
    CLAIMSEAL_PLAN_SHA256: planDigest(plan),
    STAFF_TABLE: "clinic-staff",
    PARTNER_TABLE: "clinic-partners",
    CLINIC_WEB_CLIENT: WEB,
    LAB_CLIENT: LAB,
    CARE_KEY_ARN: CARE_KEY,
    BILLING_KEY_ARN: BILLING_KEY,
    PSEUDONYM_KEY_ARN: PSEUDONYM_KEY,
  };
}

/** A statement by which Cognito may invoke the trigger for the pool. */
export function permission(changes: Doc = {}): Doc {
  return {
    Sid: "CognitoInvokes",
    Effect: "Allow",
    Principal: { Service: "cognito-idp.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: `${FUNCTION_ARN}:live`,
    Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT }, ArnLike: { "AWS:SourceArn": POOL_ARN } },
    ...changes,
  };
}

export function policyText(...statements: readonly unknown[]): { readonly Policy: string } {
  return { Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) };
}

/** The policy that the map implies for a key, as it is once deployed. */
export function impliedPolicy(plan: Plan, server: string): KeyPolicy {
  const policy = server === "pseudonyms" ? pseudonymKeyPolicy(ROLE_NAME) : keyPolicies(plan, ROLE_NAME)[server];
  const refs = { "AWS::Partition": "aws", "AWS::AccountId": ACCOUNT };
  return resolveTemplate(policy ?? null, {
    refs,
    environment: { CARE_READER_ROLE: CARE_READER },
  }) as unknown as KeyPolicy;
}

const SYMMETRIC = { KeyUsage: "ENCRYPT_DECRYPT", KeySpec: "SYMMETRIC_DEFAULT" };
const HMAC = { KeyUsage: "GENERATE_VERIFY_MAC", KeySpec: "HMAC_256" };

function key(arn: string, kind: Doc, policy: KeyPolicy): Doc {
  return {
    arn,
    metadata: { Arn: arn, AWSAccountId: ACCOUNT, KeyState: "Enabled", Enabled: true, Origin: "AWS_KMS", ...kind },
    policy: { Policy: JSON.stringify(policy), PolicyName: "default" },
    ...(kind === SYMMETRIC && { rotation: { KeyRotationEnabled: true, RotationPeriodInDays: 365 } }),
    grants: [],
  };
}

function table(name: string): Doc {
  return {
    name,
    region: "eu-central-1",
    table: {
      TableName: name,
      TableArn: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/${name}`,
      TableStatus: "ACTIVE",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    },
    continuousBackups: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" },
    },
    policy: null,
  };
}

/** For a map's text: what identity providers may put into the pool. */
export const FEDERATION: readonly [from: string, to: string] = [
  "\nprofiles:\n",
  `
federation:
  providers:
    CorporateSaml:
      type: SAML
      attributes:
        mail: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }
      keep: { mail: idp.mail }
      mapping: { email: mail }

profiles:
`,
];

export const ENTERS_ARN: string = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:claimseal-dev-inboundFederation:live`;

/** What a pool has where its map says what providers may put into it. */
function federated(plan: Plan): Doc {
  return {
    identityProviders: [
      {
        ProviderName: "CorporateSaml",
        ProviderType: "SAML",
        AttributeMapping: { email: "mail" },
        NameIDFormats: ["transient"],
      },
    ],
    federationConfiguration: {
      FunctionArn: ENTERS_ARN,
      Environment: { Variables: { CLAIMSEAL_PLAN_SHA256: planDigest(plan), CLAIMSEAL_POOLS: POOL_ID } },
    },
    federationPolicy: policyText(permission({ Resource: ENTERS_ARN })),
  };
}

/** The clinic's pool as AWS would show it, with nothing wrong. Each call makes another, to be changed. */
export function cleanPool(plan: Plan = clinicPlan()): Doc {
  return structuredClone({
    v: 1,
    userPool: {
      Id: POOL_ID,
      Name: "clinic",
      Arn: POOL_ARN,
      UserPoolTier: "ESSENTIALS",
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
      SchemaAttributes: [{ Name: "sub" }, { Name: "email", Mutable: true }, { Name: "custom:employer", Mutable: true }],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      LambdaConfig: {
        PreTokenGenerationConfig: { LambdaArn: `${FUNCTION_ARN}:live`, LambdaVersion: "V3_0" },
        ...(plan.federation && { InboundFederation: { LambdaArn: ENTERS_ARN, LambdaVersion: "V1_0" } }),
      },
    },
    clients: [
      {
        ClientId: WEB,
        ClientName: "clinic-web",
        ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
        AllowedOAuthFlowsUserPoolClient: false,
        ReadAttributes: ["email", "email_verified", "name", "custom:employer"],
        WriteAttributes: ["email", "name"],
        AccessTokenValidity: 15,
        IdTokenValidity: 1,
        RefreshTokenValidity: 30,
        TokenValidityUnits: { AccessToken: "minutes", IdToken: "hours", RefreshToken: "days" },
        PreventUserExistenceErrors: "ENABLED",
        EnableTokenRevocation: true,
        RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
      },
      {
        ClientId: LAB,
        ClientName: "laboratory",
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes: ["care-api/result.write"],
        RefreshTokenValidity: 30,
      },
    ],
    resourceServers: [
      {
        Identifier: "care-api",
        Name: "care-api",
        Scopes: ["chart.read", "chart.write", "result.write"].map((ScopeName) => ({ ScopeName })),
      },
      { Identifier: "billing-api", Name: "billing-api", Scopes: [{ ScopeName: "invoice.read" }] },
    ],
    identityProviders: [],
    functionConfiguration: {
      FunctionName: "claimseal-dev-preToken",
      FunctionArn: `${FUNCTION_ARN}:live`,
      Role: ISSUER,
      Timeout: 5,
      Environment: { Variables: variablesOf(plan) },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/claimseal-dev-preToken" },
    },
    functionPolicy: policyText(permission()),
    unqualifiedPolicy: null,
    logGroups: [{ logGroupName: "/aws/lambda/claimseal-dev-preToken", retentionInDays: 30 }],
    tables: [table("clinic-staff"), table("clinic-partners")],
    keys: [
      key(CARE_KEY, SYMMETRIC, impliedPolicy(plan, "care-api")),
      key(BILLING_KEY, SYMMETRIC, impliedPolicy(plan, "billing-api")),
      key(PSEUDONYM_KEY, HMAC, impliedPolicy(plan, "pseudonyms")),
    ],
    ...(plan.federation && federated(plan)),
  });
}

/** What the doctor says of an export, with a last record that fits unless another is given. */
export function diagnosed(
  pool: unknown,
  plan: Plan | undefined = clinicPlan(),
  resolvedSha256: string = plan ? planDigest(bindPlan(plan, variablesOf(plan))) : "",
): Diagnosis {
  const read: PoolExport = readPoolExport(pool);
  return examine(read, { plan, lastRecord: { resolvedSha256 }, eventLogging: eventLoggingIn });
}
