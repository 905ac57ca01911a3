import { generateKeyPairSync } from "node:crypto";
import {
  CreateGrantCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan, PlanSeal } from "../../claims/plan.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { issuerPolicy, poolBinding } from "../../deploy/issuer-policy.ts";
import { keyPolicies } from "../../deploy/key-policies.ts";
import { readerPolicy } from "../../deploy/reader-policy.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { createIdentities } from "../../local/identities/identities.ts";
import { createKms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { PolicyDocument } from "../../local/policy/policy.ts";
import { aPlan } from "../claims/a-plan.ts";
import { ACCOUNT, BILLING_READER, CARE_READER, CLINIC, ISSUER, newStack, POOL_ID } from "./a-deployment.ts";

const POINT =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEweNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF/PxMR7yWcI74CVK1P40lVf5yuEHtBFiGKLHTeKWUk5UA7JyQ==";
const REGION = "eu-central-1";
const OUTSIDER = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const ROLE_NAME = "${AWS::StackName}-${AWS::Region}-issuer";

function planWith(seal: PlanSeal, readers: readonly string[] = [CARE_READER]): Plan {
  const care = aPlan().resourceServers["care-api"]!;
  return aPlan({ resourceServers: { "care-api": { ...care, identifier: "care-api", readers, seal } } });
}

const resolved = (document: unknown): PolicyDocument =>
  resolveTemplate(document as Parameters<typeof resolveTemplate>[0], CLINIC) as unknown as PolicyDocument;
const keyPolicyOf = (seal: PlanSeal, readers?: readonly string[]): PolicyDocument =>
  resolved(keyPolicies(planWith(seal, readers), ROLE_NAME)["care-api"] ?? null);
const issuerPoliciesOf = (plan: Plan, key: string): readonly PolicyDocument[] => {
  const resources = {
    tableArn: () => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/staff`,
    keyArn: () => key,
    pseudonymKeyArn: () => `arn:aws:kms:${REGION}:${ACCOUNT}:key/mac`,
    logGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:x:*`,
  };
  const binding = poolBinding(plan, resources.keyArn, POOL_ID);
  return [issuerPolicy(plan, resources), ...(binding ? [binding] : [])].map(resolved);
};

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" },
};
const context = encryptionContext("care-api", POOL_ID);
const direct = { ...context, "claimseal:sub": "somebody" };
const ephemeral = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });

type Role = "issuer" | "reader" | "another" | "outsider";

type Command =
  | CreateGrantCommand
  | DecryptCommand
  | DeriveSharedSecretCommand
  | EncryptCommand
  | GenerateDataKeyCommand
  | GetPublicKeyCommand
  | ReEncryptCommand;

type World = {
  readonly key: string;
  readonly stop: () => Promise<void>;
  /** `allowed`, or the name of the error. */
  readonly tries: (role: Role, command: Command) => Promise<string>;
  /** What the trigger encrypts. */
  readonly encrypted: (EncryptionContext: Record<string, string>) => Promise<Uint8Array>;
};

/** A key under the policies of a seal, with everybody who might want something of it. */
async function worldOf(seal: Omit<PlanSeal, "key">): Promise<World> {
  const kms = createKms();
  const identities = createIdentities();
  const endpoint = await serveKms(kms, { identities });
  const spec = seal.mode === "asymmetric" ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT";
  const key = kms.createKey({ region: REGION, spec });
  kms.setKeyPolicy(key, keyPolicyOf({ ...seal, key }));
  const plan = planWith({ ...seal, key });
  const as = (roleArn: string, policies: readonly PolicyDocument[]): KMSClient =>
    new KMSClient({
      endpoint: endpoint.url,
      region: REGION,
      credentials: identities.createIdentity(roleArn, policies),
      maxAttempts: 1,
    });
  const clients: Record<Role, KMSClient> = {
    issuer: as(ISSUER, issuerPoliciesOf(plan, key)),
    // As much as an account could ever give: it must help nobody beyond what the key policy says.
    reader: as(CARE_READER, [resolved(readerPolicy(plan.resourceServers["care-api"]!, [key]))]),
    another: as(BILLING_READER, [everything]),
    outsider: as(OUTSIDER, [everything]),
  };
  return {
    key,
    stop: endpoint.stop,
    encrypted: async (EncryptionContext) => {
      const command = new EncryptCommand({ KeyId: key, Plaintext: Buffer.from("{}"), EncryptionContext });
      return (await clients.issuer.send(command)).CiphertextBlob!;
    },
    tries: (role, command) =>
      clients[role].send(command as GetPublicKeyCommand).then(
        () => "allowed",
        (error: Error) => error.name,
      ),
  };
}

const DENIED = "AccessDeniedException";

describe("a key of mode asymmetric", () => {
  let world: World;
  beforeAll(async () => {
    world = await worldOf({ mode: "asymmetric" });
  });
  afterAll(() => world.stop());
  const derive = (): DeriveSharedSecretCommand =>
    new DeriveSharedSecretCommand({ KeyId: world.key, KeyAgreementAlgorithm: "ECDH", PublicKey: ephemeral });

  test("gives its public half to the trigger, and the trigger can do nothing else with it", async () => {
    const { tries, key } = world;
    expect(await tries("issuer", new GetPublicKeyCommand({ KeyId: key }))).toBe("allowed");
    expect(await tries("issuer", derive())).toBe(DENIED);
    expect(
      await tries(
        "issuer",
        new CreateGrantCommand({ KeyId: key, GranteePrincipal: ISSUER, Operations: ["DeriveSharedSecret"] }),
      ),
    ).toBe(DENIED);
  });

  test("derives secrets for its readers, and can be asked nothing else by them", async () => {
    expect(await world.tries("reader", derive())).toBe("allowed");
    expect(await world.tries("reader", new GetPublicKeyCommand({ KeyId: world.key }))).toBe(DENIED);
  });

  test.for(["another", "outsider"] as const)(
    "derives nothing for %s, whatever its own account allows",
    async (role) => {
      expect(await world.tries(role, derive())).toBe(DENIED);
    },
  );

  test("asks nothing of KMS for the trigger once its public half is pinned", () => {
    const pinned = { key: world.key, mode: "asymmetric", publicKey: POINT } as const;
    const [policy] = issuerPoliciesOf(planWith(pinned), world.key);
    expect(JSON.stringify(policy)).not.toContain("kms:");
    expect(JSON.stringify(keyPolicyOf(pinned))).not.toContain("GetPublicKey");
    expect(keyPolicyOf(pinned).Statement).toHaveLength(4);
  });

  test("is derived with by nobody where nobody reads", () => {
    const { Statement } = keyPolicyOf({ key: world.key, mode: "asymmetric" }, []);
    expect(Statement).toMatchObject([
      { Sid: "AccountAdministers" },
      { Sid: "IssuerReadsPublicKey" },
      { Sid: "NobodyElseDerives", Effect: "Deny", Principal: "*", Action: ["kms:DeriveSharedSecret"] },
      { Sid: "NobodyPassesItOn", Effect: "Deny", Principal: "*", Action: ["kms:CreateGrant"] },
    ]);
    expect(JSON.stringify(Statement)).not.toContain("ArnNotEquals");
  });

  test("is made as a pair for agreement, which KMS does not rotate", () => {
    const plan = planWith({ key: "${env:CARE_KEY}", mode: "asymmetric" });
    expect(newStack(plan).template.Resources["CareApiKey"]).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" },
    });
    expect(JSON.stringify(newStack(plan).template.Resources["CareApiKey"])).not.toContain('Rotation":');
  });

  test("that its readers hold themselves is no key of the stack, and nothing is allowed for it", () => {
    const plan = planWith({ key: POINT, mode: "asymmetric" });
    expect(keyPolicies(plan, ROLE_NAME)).toEqual({});
    expect(JSON.stringify(newStack(plan).template)).not.toContain("kms");
  });
});

describe("a key of mode direct", () => {
  let world: World;
  beforeAll(async () => {
    world = await worldOf({ mode: "direct" });
  });
  afterAll(() => world.stop());
  const encrypt = (EncryptionContext: Record<string, string>): EncryptCommand =>
    new EncryptCommand({ KeyId: world.key, Plaintext: Buffer.from("{}"), EncryptionContext });

  test("encrypts for the trigger, under its audience, its pool and a subject", async () => {
    expect(await world.tries("issuer", encrypt(direct))).toBe("allowed");
  });

  test.for<readonly [string, Record<string, string>]>([
    ["another audience", { ...direct, "claimseal:aud": "billing-api" }],
    ["another pool", { ...direct, "claimseal:pool": "eu-central-1_Another01" }],
    ["another version", { ...direct, "claimseal:v": "2" }],
    ["a word more in the context", { ...direct, "claimseal:email": "a@x.eu" }],
    ["no context", {}],
  ])("does not encrypt for the trigger under %s", async ([, given]) => {
    expect(await world.tries("issuer", encrypt(given))).toBe(DENIED);
  });

  test("does nothing else for the trigger", async () => {
    const { tries, key } = world;
    const blob = new Uint8Array(353);
    expect(
      await tries("issuer", new GenerateDataKeyCommand({ KeyId: key, KeySpec: "AES_256", EncryptionContext: context })),
    ).toBe(DENIED);
    expect(
      await tries("issuer", new DecryptCommand({ KeyId: key, CiphertextBlob: blob, EncryptionContext: direct })),
    ).toBe(DENIED);
  });

  test("decrypts for its readers under their audience alone, and for nobody else", async () => {
    const blob = await world.encrypted(direct);
    const decrypt = (given: Record<string, string>) =>
      new DecryptCommand({ KeyId: world.key, CiphertextBlob: blob, EncryptionContext: given });
    expect(await world.tries("reader", decrypt(direct))).toBe("allowed");
    expect(await world.tries("reader", decrypt({ ...direct, "claimseal:sub": "another" }))).toBe(
      "InvalidCiphertextException",
    );
    expect(await world.tries("reader", decrypt({ ...direct, "claimseal:aud": "billing-api" }))).toBe(DENIED);
    expect(await world.tries("another", decrypt(direct))).toBe(DENIED);
    expect(await world.tries("outsider", decrypt(direct))).toBe(DENIED);
  });

  test("is passed on by nobody", async () => {
    const blob = await world.encrypted(direct);
    const passOn = new ReEncryptCommand({
      CiphertextBlob: blob,
      SourceEncryptionContext: direct,
      DestinationKeyId: world.key,
      DestinationEncryptionContext: direct,
    });
    expect(await world.tries("outsider", passOn)).toBe(DENIED);
    expect(await world.tries("reader", passOn)).toBe(DENIED);
  });
});

test("a stack with both modes binds each to its pool, and names no data keys where none are made", () => {
  const care = aPlan().resourceServers["care-api"]!;
  const servers = {
    "care-api": { ...care, seal: { key: "arn:one", mode: "direct" } },
    "billing-api": { ...care, seal: { key: "arn:two", mode: "asymmetric" } },
  } as const;
  const binding = poolBinding(aPlan({ resourceServers: servers }), (_, { seal }) => seal.key, POOL_ID);
  expect(binding?.Statement).toEqual([
    {
      Sid: "NothingEncryptedForOtherPools",
      Effect: "Deny",
      Action: ["kms:Encrypt"],
      Resource: ["arn:one"],
      Condition: { StringNotEquals: { "kms:EncryptionContext:claimseal:pool": POOL_ID } },
    },
  ]);
});
