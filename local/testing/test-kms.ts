import {
  createHash,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { DecryptCommand, DeriveSharedSecretCommand } from "@aws-sdk/client-kms";
import type { KmsSender } from "../../aws/kms-client.ts";
import type { DataKey } from "../../crypto/data-key.ts";
import { readPublicKey } from "../../crypto/p256.ts";
import { type BackingKey, unwrap, wrap } from "../kms/blob.ts";
import { privateKey, type TestIssuer } from "./test-issuer.ts";

/** The one key of the test KMS; the account is AWS's own example. */
export const TEST_KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/claimseal-tests-only";

/** How the test KMS answers a service: as it should, not at all for now, or that it must not. */
export type KmsState = "up" | "unavailable" | "denied";

type Context = { readonly [name: string]: string };

/**
 * KMS in memory, with one key: what a service asks of it, and what it takes to seal. The cryptography is real and a blob
 * opens under its own context alone; there are no policies.
 */
export type TestKms = {
  readonly sender: KmsSender;
  readonly dataKey: (context: Context) => DataKey;
  readonly encrypt: (context: Context, plaintext: Uint8Array) => Uint8Array;
  readonly publicKey: KeyObject;
  /** How it answers from now on. A service that holds an unwrapped key does not ask for it again. */
  readonly set: (state: KmsState) => void;
  /** How often a service has asked, refusals included. */
  readonly calls: () => number;
};

/** The test KMS of an issuer: another process that holds the issuer opens what this one has sealed. */
export function testKms({ root, agreement }: TestIssuer): TestKms {
  const backing = backingKey(Buffer.from(root, "base64url"));
  const agreementKey = privateKey(agreement);
  let state: KmsState = "up";
  let calls = 0;

  const answer = (command: unknown): object => {
    calls += 1;
    if (state === "unavailable") throw kmsError("KMSInternalException");
    if (state === "denied") throw kmsError("AccessDeniedException");
    if (command instanceof DecryptCommand) {
      const { KeyId, CiphertextBlob = new Uint8Array(), EncryptionContext = {} } = command.input;
      if (KeyId !== TEST_KEY_ARN) throw kmsError("NotFoundException");
      const plaintext = unwrap(backing, CiphertextBlob, aad(EncryptionContext));
      if (plaintext === undefined) throw kmsError("InvalidCiphertextException");
      return { KeyId, Plaintext: new Uint8Array(plaintext) };
    }
    if (command instanceof DeriveSharedSecretCommand) {
      const { KeyId, PublicKey = new Uint8Array() } = command.input;
      if (KeyId !== TEST_KEY_ARN) throw kmsError("NotFoundException");
      const publicKey = readPublicKey(PublicKey);
      if (publicKey === null) throw kmsError("ValidationException");
      return { KeyId, SharedSecret: new Uint8Array(diffieHellman({ privateKey: agreementKey, publicKey })) };
    }
    throw kmsError("UnsupportedOperationException");
  };

  return {
    // One of the client's many signatures; what an opener sends and awaits is all there is to it.
    sender: { send: async (command: unknown) => answer(command) } as KmsSender,
    dataKey: (context) => {
      const raw = randomBytes(32);
      return { key: createSecretKey(raw), wrapped: wrap(backing, raw, aad(context)) };
    },
    encrypt: (context, plaintext) => wrap(backing, plaintext, aad(context)),
    publicKey: createPublicKey(agreementKey),
    set: (next) => {
      state = next;
    },
    calls: () => calls,
  };
}

/** The root becomes a KMS key of one generation, with a name of its own in each blob. */
function backingKey(root: Buffer): BackingKey {
  const derived = (label: string): Buffer => Buffer.from(hkdfSync("sha256", root, "", label, 32));
  const id = derived("claimseal/tests/name").subarray(0, 16);
  const checksum = createHash("sha256").update(id).digest().subarray(0, 16);
  return { fingerprint: Buffer.concat([id, checksum]), generation: 1, secret: derived("claimseal/tests/key") };
}

function aad(context: Context): string {
  return JSON.stringify(Object.entries(context).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The SDK names its errors as KMS does. */
function kmsError(name: string): Error {
  return Object.assign(new Error(`the test KMS answers ${name}`), { name });
}
