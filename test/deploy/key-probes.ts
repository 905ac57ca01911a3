import { generateKeyPairSync } from "node:crypto";
import {
  CreateGrantCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type GrantOperation,
  KMSClient,
  ReEncryptCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import type { PlanSeal } from "../../claims/plan.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import type { SealedServer } from "../../deploy/sealed-servers.ts";
import type { AccessKey } from "../../local/identities/identities.ts";
import { allowed, denied, outcomeOf, type Probe } from "./probes.ts";

/** Everybody who might want something of a key. */
export type Askers = {
  readonly issuer: AccessKey;
  readonly reader: AccessKey;
  /** An administrator of the reader's account. */
  readonly colleague: AccessKey;
  /** An administrator of the key's account. */
  readonly administrator: AccessKey;
  /** Somebody of the account whom a grant, made before the policy, lets do everything that can be granted. */
  readonly grantee: AccessKey;
  /** An administrator of another account. */
  readonly stranger: AccessKey;
};

export type Asked = { readonly url: string; readonly key: string; readonly pool: string };

const ephemeral = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });
const message = Buffer.from("claimseal/pseudonym/v1");

/** What can be granted of a key of each kind. */
export const GRANTABLE: Readonly<Record<PlanSeal["mode"] | "mac", readonly GrantOperation[]>> = {
  envelope: ["Decrypt", "CreateGrant", "ReEncryptFrom", "ReEncryptTo"],
  direct: ["Decrypt", "CreateGrant", "ReEncryptFrom", "ReEncryptTo"],
  asymmetric: ["DeriveSharedSecret", "CreateGrant"],
  mac: ["GenerateMac", "VerifyMac", "CreateGrant"],
};

const clients = new Map<string, KMSClient>();

/** Ends every connection. */
export function endClients(): void {
  for (const client of clients.values()) client.destroy();
  clients.clear();
}

/** A request to where a key is, sent by somebody. */
export function asking({ url, key }: Asked): (by: AccessKey, command: object) => Promise<string> {
  const region = key.split(":")[3]!;
  return (by, command) => {
    const id = `${url} ${region} ${by.accessKeyId}`;
    const client = clients.get(id) ?? new KMSClient({ endpoint: url, region, credentials: by, maxAttempts: 1 });
    clients.set(id, client);
    return outcomeOf(client.send(command as GetPublicKeyCommand));
  };
}

/** What the trigger does with a resource server's key, and nearly does. */
export function issuingProbes(server: SealedServer, asked: Asked, by: AccessKey): readonly Probe[] {
  const { identifier, seal } = server;
  const ask = asking(asked);
  const context = encryptionContext(identifier, asked.pool);
  if (seal.mode === "asymmetric") {
    return [allowed("reads the public key", () => ask(by, new GetPublicKeyCommand({ KeyId: asked.key })))];
  }
  const use = (given: Record<string, string> | undefined): object => {
    const subject = seal.mode === "direct" && given ? { ...given, "claimseal:sub": "somebody" } : given;
    const EncryptionContext = subject ?? {};
    return seal.mode === "direct"
      ? new EncryptCommand({ KeyId: asked.key, Plaintext: Buffer.from("{}"), EncryptionContext })
      : new GenerateDataKeyCommand({ KeyId: asked.key, KeySpec: "AES_256", EncryptionContext });
  };
  return [
    allowed("seals", () => ask(by, use(context))),
    denied("seals for another audience", () => ask(by, use({ ...context, "claimseal:aud": "another" }))),
    denied("seals without a context", () => ask(by, use(undefined))),
  ];
}

/** The same, of what the binding to a pool is about, and no key policy. */
export function poolProbes(server: SealedServer, asked: Asked, by: AccessKey): readonly Probe[] {
  if (server.seal.mode === "asymmetric") return [];
  const { "claimseal:pool": _, ...without } = encryptionContext(server.identifier, asked.pool) as Record<
    string,
    string
  >;
  const elsewhere = issuingProbes(server, { ...asked, pool: "eu-central-1_Another01" }, by).filter(
    ({ what }) => what === "seals",
  );
  const make = new GenerateDataKeyCommand({ KeyId: asked.key, KeySpec: "AES_256", EncryptionContext: without });
  return [
    ...elsewhere.map(({ ask }) => denied("seals for another pool", ask)),
    denied("makes a data key for no pool", () => asking(asked)(by, make)),
  ];
}

/** What a reader does with its key, and nearly does. */
export function openingProbes({ identifier, seal }: SealedServer, asked: Asked, by: AccessKey): readonly Probe[] {
  const ask = asking(asked);
  if (seal.mode === "asymmetric") {
    const command = new DeriveSharedSecretCommand({
      KeyId: asked.key,
      KeyAgreementAlgorithm: "ECDH",
      PublicKey: ephemeral,
    });
    return [allowed("derives", () => ask(by, command))];
  }
  const open = (audience: string): object => decrypt(asked, audience);
  return [
    // A blob that is none: the right to open it is asked first.
    { what: "opens", expected: "InvalidCiphertextException", ask: () => ask(by, open(identifier)) },
    denied("opens under another audience", () => ask(by, open("another"))),
  ];
}

function decrypt({ key, pool }: Asked, audience: string): DecryptCommand {
  const EncryptionContext = encryptionContext(audience, pool);
  return new DecryptCommand({ KeyId: key, CiphertextBlob: new Uint8Array(184), EncryptionContext });
}

/** What a key's own policy decides, whatever everybody's own policies allow. */
export function keyProbes(server: SealedServer, asked: Asked, askers: Askers): readonly Probe[] {
  const { identifier, seal } = server;
  const { issuer, reader, colleague, administrator, grantee, stranger } = askers;
  const ask = asking(asked);
  const { key: KeyId } = asked;
  const context = encryptionContext(identifier, asked.pool);
  const open: object =
    seal.mode === "asymmetric"
      ? new DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: ephemeral })
      : decrypt(asked, identifier);
  const issue = issuingProbes(server, asked, issuer);
  const asks = (by: AccessKey): Probe["ask"] => issuingProbes(server, asked, by)[0]!.ask;
  const more = (given: Record<string, string>): object =>
    seal.mode === "direct"
      ? new EncryptCommand({ KeyId, Plaintext: Buffer.from("{}"), EncryptionContext: given })
      : new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext: given });
  const grant = new CreateGrantCommand({
    KeyId,
    GranteePrincipal: "arn:aws:iam::111122223333:role/x",
    Operations: ["DescribeKey"],
  });
  const others = { administrator, colleague, grantee, stranger, issuer };
  return [
    ...issue,
    ...openingProbes(server, asked, reader),
    ...(seal.mode === "asymmetric"
      ? []
      : [
          denied("issuer seals in another form", () => ask(issuer, more({ ...context, "claimseal:v": "2" }))),
          denied("issuer says more", () => ask(issuer, more({ ...context, "claimseal:email": "a@x.eu" }))),
        ]),
    ...Object.entries(others).map(([who, by]) => denied(`${who} opens`, () => ask(by, open))),
    ...["administrator", "reader", "stranger"].map((who) => denied(`${who} issues`, asks(askers[who as keyof Askers]))),
    ...Object.entries({ ...others, reader }).map(([who, by]) => denied(`${who} grants`, () => ask(by, grant))),
    ...(seal.mode === "asymmetric"
      ? []
      : Object.entries({ administrator, grantee, reader }).map(([who, by]) =>
          denied(`${who} encrypts anew`, () => ask(by, reEncrypt(asked, identifier))),
        )),
    ...administration(ask, KeyId, askers),
  ];
}

function reEncrypt({ key, pool }: Asked, audience: string): ReEncryptCommand {
  const context = encryptionContext(audience, pool);
  return new ReEncryptCommand({
    SourceKeyId: key,
    CiphertextBlob: new Uint8Array(184),
    SourceEncryptionContext: context,
    DestinationKeyId: key,
    DestinationEncryptionContext: context,
  });
}

/** What the policy of the pseudonyms' key decides. */
export function macProbes(asked: Asked, askers: Askers): readonly Probe[] {
  const { issuer, reader, administrator, grantee, stranger } = askers;
  const ask = asking(asked);
  const { key: KeyId } = asked;
  const make = new GenerateMacCommand({ KeyId, Message: message, MacAlgorithm: "HMAC_SHA_256" });
  const verify = new VerifyMacCommand({
    KeyId,
    Message: message,
    MacAlgorithm: "HMAC_SHA_256",
    Mac: new Uint8Array(32),
  });
  const grant = new CreateGrantCommand({
    KeyId,
    GranteePrincipal: "arn:aws:iam::111122223333:role/x",
    Operations: ["DescribeKey"],
  });
  const others = { reader, administrator, grantee, stranger };
  return [
    allowed("makes the root", () => ask(issuer, make)),
    ...Object.entries(others).map(([who, by]) => denied(`${who} makes a MAC`, () => ask(by, make))),
    ...Object.entries({ ...others, issuer }).flatMap(([who, by]) => [
      denied(`${who} verifies`, () => ask(by, verify)),
      denied(`${who} grants`, () => ask(by, grant)),
    ]),
    ...administration(ask, KeyId, askers),
  ];
}

function administration(ask: ReturnType<typeof asking>, KeyId: string, askers: Askers): readonly Probe[] {
  const look = new DescribeKeyCommand({ KeyId });
  return [
    allowed("administrator looks", () => ask(askers.administrator, look)),
    denied("stranger looks", () => ask(askers.stranger, look)),
    denied("grantee looks", () => ask(askers.grantee, look)),
  ];
}
