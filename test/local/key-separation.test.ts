import { randomUUID } from "node:crypto";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { readerPolicy } from "../../deploy/reader-policy.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { type AccessKey, createIdentities } from "../../local/identities/identities.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";
import type { PolicyDocument } from "../../local/policy/policy.ts";
import { createOpener, OpenerError } from "../../resource-server/open.ts";
import {
  ACCOUNT,
  BILLING_KEY,
  BILLING_READER,
  CARE_KEY,
  CARE_READER,
  CLINIC,
  examplePlan,
  ISSUER,
  newStack,
  POOL_ID,
} from "../deploy/a-deployment.ts";

/*
 * Who can open what, decided by the policies that are deployed for clinic-eu, word for word: real clients sign as each
 * role, the KMS server checks who they are and evaluates the key policies and the roles' own. None of our code stands
 * between a role and a key.
 */

const plan = examplePlan("clinic-eu");
const { template, elsewhere } = newStack(plan);
const servers = {
  "care-api": { key: CARE_KEY, reader: CARE_READER, secret: "DE-48213377" },
  "billing-api": { key: BILLING_KEY, reader: BILLING_READER, secret: "Nordlicht GmbH" },
} as const;
type Server = keyof typeof servers;
const names = Object.keys(servers) as Server[];

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" },
};
const decryptAnything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" },
};

let kms: Kms;
let endpoint: Loopback;
let signing: GenerateKeyPairResult;
let jwks: { keys: object[] };
let roles: Readonly<Record<"issuer" | Server | "outsider" | "administrator", AccessKey>>;
let token: string;

beforeAll(async () => {
  signing = await generateKeyPair("RS256");
  jwks = { keys: [{ ...(await exportJWK(signing.publicKey)), kid: "key1", alg: "RS256", use: "sig" }] };
  kms = createKms();
  createKey(CARE_KEY, template.Resources["CareApiKey"]);
  createKey(BILLING_KEY, elsewhere["eu-west-1"]?.Resources["BillingApiKey"]);
  const identities = createIdentities();
  const issuerPolicies = ["IssuerPolicy", "IssuerPoolPolicy"].map((id) =>
    policyOf(template.Resources[id], "PolicyDocument"),
  );
  roles = {
    // As much as an account could ever give its readers: it must not help them to each other's keys.
    "care-api": identities.createIdentity(CARE_READER, [own("care-api"), everything]),
    "billing-api": identities.createIdentity(BILLING_READER, [own("billing-api"), everything]),
    issuer: identities.createIdentity(ISSUER, issuerPolicies),
    outsider: identities.createIdentity(`arn:aws:iam::${ACCOUNT}:role/outsider`, [decryptAnything]),
    administrator: identities.createIdentity(`arn:aws:iam::${ACCOUNT}:role/administrator`, [everything]),
  };
  endpoint = await serveKms(kms, { identities });
  token = await issue();
});
afterAll(async () => {
  await endpoint.stop();
});

function createKey(arn: string, resource: TemplateValue | undefined): void {
  const [, , , region = "", , id = ""] = arn.split(":");
  kms.createKey({ region, keyId: id.replace("key/", ""), policy: policyOf(resource, "KeyPolicy") });
}

/** A policy of the template, as CloudFormation would hand it on. */
function policyOf(resource: TemplateValue | undefined, member: string): PolicyDocument {
  const { Properties } = resolveTemplate(resource ?? {}, CLINIC) as { Properties: Record<string, PolicyDocument> };
  return Properties[member]!;
}

function own(server: Server): PolicyDocument {
  return readerPolicy(plan.resourceServers[server]!, [servers[server].key]) as PolicyDocument;
}

function clientOf(credentials: AccessKey, keyArn: string): KMSClient {
  return new KMSClient({ endpoint: endpoint.url, region: keyArn.split(":")[3]!, credentials, maxAttempts: 1 });
}

const contextOf = (server: Server, pool: string = POOL_ID) => encryptionContext(server, pool);
const never = new AbortController().signal;

function dataKeyAs(credentials: AccessKey, server: Server, pool?: string) {
  const { key } = servers[server];
  return kmsDataKeys(clientOf(credentials, key))(key, contextOf(server, pool), never);
}

/** A token with an envelope for each server, its data keys made as the trigger's role. */
async function issue(): Promise<string> {
  const [sub, iat] = [randomUUID(), Math.floor(Date.now() / 1000)];
  const envelopes = await Promise.all(
    names.map(async (server) => {
      const dataKey = await dataKeyAs(roles.issuer, server);
      const claim = `sealed_${server.replaceAll("-", "_")}`;
      return [claim, sealEnvelope(new Map([["secret", servers[server].secret]]), { sub, iat }, dataKey, null)] as const;
    }),
  );
  return new SignJWT({
    sub,
    iat,
    client_id: "1web",
    token_use: "access",
    cmv: "clinic-eu@1",
    scope: "care-api/chart.read billing-api/invoice.read",
    ...Object.fromEntries(envelopes),
  })
    .setIssuer(`https://cognito-idp.eu-central-1.amazonaws.com/${POOL_ID}`)
    .setExpirationTime("1h")
    .setProtectedHeader({ kid: "key1", alg: "RS256" })
    .sign(signing.privateKey);
}

/** Opens one server's envelope under the credentials of a role, whoever that is. */
async function openAs(credentials: AccessKey, server: Server): Promise<unknown> {
  const { key } = servers[server];
  const opener = createOpener({
    resourceServer: server,
    userPoolId: POOL_ID,
    clientId: ["1web"],
    scope: plan.resourceServers[server]!.scopes.map((scope) => `${server}/${scope}`),
    map: "clinic-eu",
    seal: { mode: "envelope", keys: [key] },
    jwks: { fetch: async () => jwks },
    kms: clientOf(credentials, key),
  });
  return (await opener.open(token)).sealed["secret"]?.reveal();
}

const refused = new OpenerError("KEY_ACCESS_DENIED", "KMS refuses the key: AccessDeniedException");

describe("under the deployed policies", () => {
  test.for(names)("%s opens its own envelope", async (server) => {
    await expect(openAs(roles[server], server)).resolves.toBe(servers[server].secret);
    expect(kms.requests().at(-1)).toEqual({
      operation: "Decrypt",
      keyArn: servers[server].key,
      context: { "claimseal:aud": server, "claimseal:pool": POOL_ID, "claimseal:v": "1" },
      outcome: "ok",
      roleArn: servers[server].reader,
    });
  });

  test.for([
    ["care-api", "billing-api"],
    ["billing-api", "care-api"],
  ] as const)("%s is refused the envelope of %s by KMS itself", async ([reader, server]) => {
    await expect(openAs(roles[reader], server)).rejects.toEqual(refused);
    expect(kms.requests().at(-1)).toMatchObject({
      operation: "Decrypt",
      keyArn: servers[server].key,
      outcome: "AccessDeniedException",
      roleArn: servers[reader].reader,
    });
  });

  test.for(names)("the issuer cannot open what it sealed for %s", async (server) => {
    await expect(openAs(roles.issuer, server)).rejects.toEqual(refused);
  });

  test.for(names)("a role that is not listed cannot open that of %s, with kms:Decrypt on every key", async (server) => {
    await expect(openAs(roles.outsider, server)).rejects.toEqual(refused);
    await expect(openAs(roles.administrator, server)).rejects.toEqual(refused);
  });

  test("KMS says why it refuses what it lets the reader do", async () => {
    const decrypt = async (credentials: AccessKey, server: Server) => {
      const { key } = servers[server];
      const { wrapped } = await dataKeyAs(roles.issuer, server);
      const command = new DecryptCommand({ KeyId: key, CiphertextBlob: wrapped, EncryptionContext: contextOf(server) });
      return clientOf(credentials, key).send(command);
    };
    await expect(decrypt(roles.outsider, "care-api")).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/outsider/local is not authorized to perform: kms:Decrypt ` +
        `on resource: ${CARE_KEY} with an explicit deny in a resource-based policy`,
    });
    await expect(decrypt(roles["care-api"], "care-api")).resolves.toMatchObject({ KeyId: CARE_KEY });
  });

  test("no reader can make a data key, for itself or for another", async () => {
    for (const server of names) {
      await expect(dataKeyAs(roles["billing-api"], server)).rejects.toMatchObject({ code: "KEY_ACCESS_DENIED" });
      await expect(dataKeyAs(roles["care-api"], server)).rejects.toMatchObject({ code: "KEY_ACCESS_DENIED" });
    }
  });

  test("the issuer makes no data key for another pool", async () => {
    await expect(dataKeyAs(roles.issuer, "care-api", "eu-central-1_Another01")).rejects.toMatchObject({
      code: "KEY_ACCESS_DENIED",
    });
  });

  test("a reader opens nothing under another audience, though the key is its own", async () => {
    const { wrapped } = await dataKeyAs(roles.issuer, "care-api");
    const command = new DecryptCommand({
      KeyId: CARE_KEY,
      CiphertextBlob: wrapped,
      EncryptionContext: contextOf("billing-api"),
    });
    // Its own account allows everything here, but the key policy lets that account in for its audience only.
    await expect(clientOf(roles["care-api"], CARE_KEY).send(command)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});
