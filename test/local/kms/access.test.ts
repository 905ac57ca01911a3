import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ReplicateKeyCommand,
  RevokeGrantCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AccessKey, createIdentities, type Identities } from "../../../local/identities/identities.ts";
import { createKms, type Kms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";
import { localCredentials } from "../../../local/local-account.ts";
import type { Loopback } from "../../../local/loopback.ts";
import type { PolicyDocument, PolicyStatement } from "../../../local/policy/policy.ts";

const region = "eu-central-1";
const account = "111122223333";
const root = `arn:aws:iam::${account}:root`;
const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const session = (name: string): string => `arn:aws:sts::${account}:assumed-role/${name}/local`;
const context = { "claimseal:aud": "care" };

let kms: Kms;
let identities: Identities;
let server: Loopback;
let clock: number | null;

const now = (): number => clock ?? Date.now();

beforeEach(async () => {
  clock = null;
  kms = createKms({ now, settleMs: 0 });
  identities = createIdentities();
  server = await serveKms(kms, { identities });
});
afterEach(async () => {
  await server.stop();
});

function as(credentials: AccessKey): KMSClient {
  return new KMSClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
}

function someone(name: string, ...statements: readonly PolicyStatement[]): KMSClient {
  return as(identities.createIdentity(role(name), statements.length > 0 ? [policy(...statements)] : []));
}

function policy(...Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

function allow(
  Principal: PolicyStatement["Principal"] & object,
  Action: string | string[],
  more: object = {},
): PolicyStatement {
  return { Effect: "Allow", Principal, Action, Resource: "*", ...more };
}

const own = (Action: string | string[], Resource = "*"): PolicyStatement => ({ Effect: "Allow", Action, Resource });
const rootRules = allow({ AWS: root }, "kms:*");

const dataKey = (KeyId: string, EncryptionContext: Record<string, string> = context): GenerateDataKeyCommand =>
  new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext });

async function blobUnder(keyArn: string): Promise<Uint8Array> {
  const made = await kms.generateDataKey(region, { KeyId: keyArn, KeySpec: "AES_256", EncryptionContext: context });
  return made.CiphertextBlob;
}

function denied(name: string, action: string, why: string, where: string): object {
  return {
    name: "AccessDeniedException",
    message: `User: ${session(name)} is not authorized to perform: kms:${action} on ${where} ${why}`,
    $metadata: { httpStatusCode: 400 },
  };
}

describe("with identities, the KMS server", () => {
  test("refuses a key that nobody has", async () => {
    const KeyId = kms.createKey({ region });
    await expect(as(localCredentials).send(dataKey(KeyId))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    });
    expect(kms.requests()).toEqual([]);
  });

  test("refuses a wrong secret", async () => {
    const KeyId = kms.createKey({ region });
    const credentials = identities.createIdentity(role("care"));
    await expect(as({ ...credentials, secretAccessKey: "wrong" }).send(dataKey(KeyId))).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
  });

  test("lets a role do what the key policy says, and nothing else", async () => {
    const KeyId = kms.createKey({ region, policy: policy(allow({ AWS: role("issuer") }, "kms:GenerateDataKey")) });
    const issuer = someone("issuer");
    const { CiphertextBlob } = await issuer.send(dataKey(KeyId));
    const why = "because no resource-based policy allows the kms:Decrypt action";
    await expect(
      issuer.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context })),
    ).rejects.toMatchObject(denied("issuer", "Decrypt", why, `resource: ${KeyId}`));
    await expect(issuer.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))).rejects.toMatchObject(
      denied("issuer", "Decrypt", why, "the resource associated with this ciphertext"),
    );
  });

  test("leaves it to identity policies where the key policy names the account, as AWS's default does", async () => {
    const KeyId = kms.createKey({ region });
    const where = `resource: ${KeyId}`;
    await expect(someone("nobody").send(dataKey(KeyId))).rejects.toMatchObject(
      denied(
        "nobody",
        "GenerateDataKey",
        "because no identity-based policy allows the kms:GenerateDataKey action",
        where,
      ),
    );
    await expect(someone("issuer", own("kms:GenerateDataKey", KeyId)).send(dataKey(KeyId))).resolves.toMatchObject({
      KeyId,
    });
  });

  test("says whose Deny it was", async () => {
    const forbidden: PolicyStatement = { Effect: "Deny", Principal: "*", Action: "kms:Encrypt", Resource: "*" };
    const KeyId = kms.createKey({ region, policy: policy(rootRules, forbidden) });
    const where = `resource: ${KeyId}`;
    const person = someone("person", own("kms:*"), { Effect: "Deny", Action: "kms:GenerateDataKey", Resource: "*" });
    await expect(person.send(new EncryptCommand({ KeyId, Plaintext: Buffer.of(1) }))).rejects.toMatchObject(
      denied("person", "Encrypt", "with an explicit deny in a resource-based policy", where),
    );
    await expect(person.send(dataKey(KeyId))).rejects.toMatchObject(
      denied("person", "GenerateDataKey", "with an explicit deny in an identity-based policy", where),
    );
  });

  test("decides by the context of the request, before it looks at the blob", async () => {
    const condition = { Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": "care" } } };
    const KeyId = kms.createKey({ region, policy: policy(allow({ AWS: role("care") }, "kms:Decrypt", condition)) });
    const care = someone("care");
    const CiphertextBlob = await blobUnder(KeyId);
    const decrypt = (EncryptionContext?: Record<string, string>) =>
      care.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }));
    await expect(decrypt(context)).resolves.toMatchObject({ KeyId });
    await expect(decrypt({ "claimseal:aud": "billing" })).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(decrypt()).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(decrypt({ ...context, more: "" })).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("knows the names in a context apart from their values", async () => {
    const names = { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["claimseal:aud"] } };
    const KeyId = kms.createKey({
      region,
      policy: policy(allow({ AWS: role("issuer") }, "kms:GenerateDataKey", { Condition: names })),
    });
    const issuer = someone("issuer");
    await expect(issuer.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
    await expect(issuer.send(dataKey(KeyId, {}))).resolves.toMatchObject({ KeyId });
    await expect(issuer.send(dataKey(KeyId, { ...context, email: "x" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  const facts: readonly [string, object, boolean][] = [
    ["the alias a key was asked for by", { StringEquals: { "kms:RequestAlias": "alias/care" } }, true],
    ["another alias", { StringEquals: { "kms:RequestAlias": "alias/other" } }, false],
    ["the aliases a key has", { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/c*" } }, true],
    [
      "the kind of key",
      { StringEquals: { "kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT" } },
      true,
    ],
    ["that it is at home in one region", { Bool: { "kms:MultiRegion": "true" } }, false],
    [
      "the account that asks",
      { StringEquals: { "kms:CallerAccount": account, "aws:PrincipalAccount": account } },
      true,
    ],
    ["the region that was asked", { StringEquals: { "aws:RequestedRegion": "us-east-1" } }, false],
    ["a secure transport, which loopback stands for", { Bool: { "aws:SecureTransport": "true" } }, true],
    ["a service in between, which there is not", { StringLike: { "kms:ViaService": "*" } }, false],
  ];
  test.for(facts)("tells policies %s", async ([, Condition, allowed]) => {
    kms.createKey({
      region,
      alias: "alias/care",
      policy: policy(allow({ AWS: role("care") }, "kms:GenerateDataKey", { Condition })),
    });
    const outcome = await someone("care")
      .send(dataKey("alias/care"))
      .then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ name: "AccessDeniedException" });
          return false;
        },
      );
    expect(outcome).toBe(allowed);
  });

  test("asks own policies about what is about no key", async () => {
    const bytes = new GenerateRandomCommand({ NumberOfBytes: 4 });
    const why = "because no identity-based policy allows the kms:GenerateRandom action";
    await expect(someone("one").send(bytes)).rejects.toMatchObject(denied("one", "GenerateRandom", why, "resource: *"));
    const forbidden = { Effect: "Deny", Action: "kms:Generate*", Resource: "*" } as const;
    await expect(someone("two", own("kms:*"), forbidden).send(bytes)).rejects.toMatchObject(
      denied("two", "GenerateRandom", "with an explicit deny in an identity-based policy", "resource: *"),
    );
    expect((await someone("three", own("kms:GenerateRandom")).send(bytes)).Plaintext).toHaveLength(4);
  });

  test("asks own policies about making a key", async () => {
    const why = "because no identity-based policy allows the kms:CreateKey action";
    await expect(someone("one").send(new CreateKeyCommand({}))).rejects.toMatchObject(
      denied("one", "CreateKey", why, "resource: *"),
    );
  });

  test("asks for an alias twice: own policies about its name, and for the right to each key it leads to", async () => {
    const aliasArn = `arn:aws:kms:${region}:${account}:alias/care`;
    const [one, two] = [kms.createKey({ region, alias: "alias/care" }), kms.createKey({ region })];
    const turn = (client: KMSClient) =>
      client.send(new UpdateAliasCommand({ AliasName: "alias/care", TargetKeyId: two }));
    const refusedFor = (name: string, resource: string) =>
      denied(
        name,
        "UpdateAlias",
        "because no identity-based policy allows the kms:UpdateAlias action",
        `resource: ${resource}`,
      );
    const may = (...resources: string[]) => resources.map((resource) => own("kms:UpdateAlias", resource));
    await expect(turn(someone("keys", ...may(one, two)))).rejects.toMatchObject(refusedFor("keys", aliasArn));
    await expect(turn(someone("new", ...may(aliasArn, two)))).rejects.toMatchObject(refusedFor("new", one));
    await expect(turn(someone("old", ...may(aliasArn, one)))).rejects.toMatchObject(refusedFor("old", two));
    await expect(turn(someone("all", ...may(aliasArn, one, two)))).resolves.toBeDefined();
    expect((await kms.generateDataKey(region, { KeyId: "alias/care", KeySpec: "AES_256" })).KeyId).toBe(two);
  });

  test("asks twice for ReEncrypt: from one key, to another", async () => {
    const from = kms.createKey({ region, policy: policy(allow({ AWS: role("mover") }, "kms:ReEncryptFrom")) });
    const to = kms.createKey({ region, policy: policy(allow({ AWS: role("mover") }, "kms:ReEncryptTo")) });
    const mover = someone("mover");
    const move = async (SourceKeyId: string, DestinationKeyId: string) =>
      mover.send(
        new ReEncryptCommand({
          SourceKeyId,
          DestinationKeyId,
          CiphertextBlob: await blobUnder(SourceKeyId),
          SourceEncryptionContext: context,
        }),
      );
    await expect(move(from, to)).resolves.toMatchObject({ KeyId: to, SourceKeyId: from });
    await expect(move(to, from)).rejects.toMatchObject({ message: expect.stringContaining("kms:ReEncryptFrom") });
    await expect(move(from, from)).rejects.toMatchObject({ message: expect.stringContaining("kms:ReEncryptTo") });
  });

  test("lets roles of another account in where both accounts agree", async () => {
    const partner = "arn:aws:iam::444455556666:role/partner";
    const KeyId = kms.createKey({ region, policy: policy(allow({ AWS: partner }, "kms:GenerateDataKey")) });
    const client = as(identities.createIdentity(partner));
    await expect(client.send(dataKey(KeyId))).rejects.toMatchObject({ name: "AccessDeniedException" });
    identities.setPolicies(partner, [policy(own("kms:GenerateDataKey", KeyId))]);
    await expect(client.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
  });

  test("writes down who asked", async () => {
    const KeyId = kms.createKey({ region, policy: policy(allow({ AWS: role("issuer") }, "kms:GenerateDataKey")) });
    await someone("issuer").send(dataKey(KeyId));
    await someone("other")
      .send(dataKey(KeyId))
      .catch(() => undefined);
    expect(kms.requests()).toEqual([
      { operation: "GenerateDataKey", keyArn: KeyId, context, outcome: "ok", roleArn: role("issuer") },
      {
        operation: "GenerateDataKey",
        keyArn: KeyId,
        context,
        outcome: "AccessDeniedException",
        roleArn: role("other"),
      },
    ]);
  });
});

describe("a key policy", () => {
  test("is AWS's default unless another is given, and reads as it was put", async () => {
    const KeyId = kms.createKey({ region });
    const admin = someone("admin", own("kms:*"));
    const { Policy, PolicyName } = await admin.send(new GetKeyPolicyCommand({ KeyId }));
    expect([PolicyName, JSON.parse(Policy ?? "")]).toMatchObject(["default", { Statement: [{ Action: "kms:*" }] }]);
    const written = `  ${JSON.stringify(policy(rootRules))}\n`;
    await admin.send(new PutKeyPolicyCommand({ KeyId, Policy: written }));
    expect((await admin.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy).toBe(written);
    expect((await admin.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames).toEqual(["default"]);
  });

  test("decides from the moment it is put", async () => {
    const KeyId = kms.createKey({ region });
    const admin = someone("admin", own("kms:*"));
    const care = someone("care");
    await expect(care.send(dataKey(KeyId))).rejects.toMatchObject({ name: "AccessDeniedException" });
    const Policy = JSON.stringify(policy(rootRules, allow({ AWS: role("care") }, "kms:GenerateDataKey")));
    await admin.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    await expect(care.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
  });

  test("is not put by whom it would lock out, unless they insist", async () => {
    const KeyId = kms.createKey({ region });
    const admin = someone("admin", own("kms:*"));
    const Policy = JSON.stringify(policy(allow({ AWS: role("care") }, "kms:*")));
    await expect(admin.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      message: "The new key policy will not allow you to update the key policy in the future.",
    });
    await admin.send(new PutKeyPolicyCommand({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }));
    await expect(admin.send(new GetKeyPolicyCommand({ KeyId }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test.for([
    ["{", "it is not JSON"],
    ['{"Version":"2012-10-17","Statement":[]}', "a policy needs a statement"],
  ])("is refused as %o", async ([Policy, message]) => {
    const KeyId = kms.createKey({ region });
    const expected = { name: "MalformedPolicyDocumentException", message };
    const admin = someone("admin", own("kms:*"));
    await expect(admin.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toMatchObject(expected);
    await expect(admin.send(new CreateKeyCommand({ Policy }))).rejects.toMatchObject(expected);
  });

  test("does not lock out who makes or replicates a key with it, unless they insist", async () => {
    const admin = someone("admin", own("kms:*"));
    const locking = JSON.stringify(policy(allow({ AWS: role("care") }, "kms:*")));
    const lockedOut = {
      name: "MalformedPolicyDocumentException",
      message: "The new key policy will not allow you to update the key policy in the future.",
    };
    await expect(admin.send(new CreateKeyCommand({ Policy: locking }))).rejects.toMatchObject(lockedOut);
    const { KeyMetadata } = await admin.send(new CreateKeyCommand({ MultiRegion: true }));
    const replicate = { KeyId: KeyMetadata?.Arn, ReplicaRegion: "eu-west-1", Policy: locking };
    await expect(admin.send(new ReplicateKeyCommand(replicate))).rejects.toMatchObject(lockedOut);
    const insisting = { ...replicate, BypassPolicyLockoutSafetyCheck: true };
    await expect(admin.send(new ReplicateKeyCommand(insisting))).resolves.toHaveProperty("ReplicaPolicy", locking);
  });

  test("is a region's own: a replica has another than the key it was made from", async () => {
    const credentials = identities.createIdentity(role("admin"), [policy(own("kms:*"))]);
    const admin = as(credentials);
    const { KeyMetadata } = await admin.send(new CreateKeyCommand({ MultiRegion: true }));
    const Policy = JSON.stringify(
      policy(rootRules, { Effect: "Deny", Principal: "*", Action: "kms:GenerateDataKey", Resource: "*" }),
    );
    await admin.send(new ReplicateKeyCommand({ KeyId: KeyMetadata?.Arn, ReplicaRegion: "eu-west-1", Policy }));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const abroad = new KMSClient({ endpoint: server.url, region: "eu-west-1", credentials, maxAttempts: 1 });
    await expect(abroad.send(dataKey(KeyId))).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(admin.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId: KeyMetadata?.Arn });
  });

  test("of a new key is the one it is made with", async () => {
    const admin = someone("admin", own("kms:CreateKey"));
    const Policy = JSON.stringify(policy(allow({ AWS: role("care") }, ["kms:DescribeKey", "kms:PutKeyPolicy"])));
    const { KeyMetadata } = await admin.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
    const describeKey = new DescribeKeyCommand({ KeyId: KeyMetadata?.Arn });
    await expect(someone("care").send(describeKey)).resolves.toHaveProperty("KeyMetadata.Arn", KeyMetadata?.Arn);
    await expect(admin.send(describeKey)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("takes a while to reach the uses of a key, where that is asked for", async () => {
    clock = 1_000;
    const slow = createKms({ now, settleMs: 500 });
    const slowServer = await serveKms(slow, { identities });
    const KeyId = slow.createKey({ region, policy: policy(allow({ AWS: role("care") }, "kms:GenerateDataKey")) });
    const credentials = identities.createIdentity(role("care"));
    const care = new KMSClient({ endpoint: slowServer.url, region, credentials, maxAttempts: 1 });
    slow.setKeyPolicy(KeyId, policy(rootRules));
    await expect(care.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
    clock = 1_499;
    await expect(care.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
    clock = 1_500;
    await expect(care.send(dataKey(KeyId))).rejects.toMatchObject({ name: "AccessDeniedException" });
    await slowServer.stop();
  });
});

describe("a grant", () => {
  const admins = allow({ AWS: role("admin") }, "kms:*");

  test("lets its grantee do what it names, under the context it names, until it is revoked", async () => {
    const KeyId = kms.createKey({ region, policy: policy(admins) });
    const admin = someone("admin");
    const care = someone("care");
    const CiphertextBlob = await blobUnder(KeyId);
    const decrypt = () => care.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context }));
    await expect(decrypt()).rejects.toMatchObject({ name: "AccessDeniedException" });
    const { GrantId } = await admin.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: role("care"),
        Operations: ["Decrypt"],
        Constraints: { EncryptionContextSubset: context },
        Name: "care reads",
      }),
    );
    await expect(decrypt()).resolves.toMatchObject({ KeyId });
    await expect(care.send(dataKey(KeyId))).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(care.send(new DecryptCommand({ KeyId, CiphertextBlob }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect((await admin.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([
      expect.objectContaining({
        GrantId,
        GranteePrincipal: role("care"),
        Operations: ["Decrypt"],
        Name: "care reads",
        Constraints: { EncryptionContextSubset: context },
      }),
    ]);
    await admin.send(new RevokeGrantCommand({ KeyId, GrantId }));
    await expect(decrypt()).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(admin.send(new RevokeGrantCommand({ KeyId, GrantId }))).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Grant ID not found",
    });
  });

  test("for exactly one context is for no other", async () => {
    const KeyId = kms.createKey({ region, policy: policy(admins) });
    await someone("admin").send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: role("care"),
        Operations: ["GenerateDataKey"],
        Constraints: { EncryptionContextEquals: context },
      }),
    );
    const care = someone("care");
    await expect(care.send(dataKey(KeyId))).resolves.toMatchObject({ KeyId });
    await expect(care.send(dataKey(KeyId, { ...context, more: "" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("is beaten by a Deny", async () => {
    const forbidden: PolicyStatement = {
      Effect: "Deny",
      Principal: "*",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": role("listed") } },
    };
    const KeyId = kms.createKey({ region, policy: policy(admins, forbidden) });
    await someone("admin").send(
      new CreateGrantCommand({ KeyId, GranteePrincipal: role("care"), Operations: ["Decrypt"] }),
    );
    const CiphertextBlob = await blobUnder(KeyId);
    await expect(
      someone("care").send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context })),
    ).rejects.toMatchObject(
      denied("care", "Decrypt", "with an explicit deny in a resource-based policy", `resource: ${KeyId}`),
    );
  });

  test("is not created by whom the key policy keeps from it", async () => {
    const KeyId = kms.createKey({
      region,
      policy: policy(rootRules, { ...admins, Effect: "Deny", Action: "kms:CreateGrant" }),
    });
    const admin = someone("admin", own("kms:*"));
    const command = new CreateGrantCommand({ KeyId, GranteePrincipal: role("care"), Operations: ["Decrypt"] });
    await expect(admin.send(command)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
