import type { KeyObject } from "node:crypto";
import { localAgreementKey } from "../crypto/agreement.ts";
import { IAT_WINDOW, type IatWindow } from "../crypto/envelope-binding.ts";
import { assertMembers, wrong } from "./option-error.ts";

/** Where the keys of a mode are: KMS's by their ARNs, in the order in which they are tried; two while one replaces the other. */
export type SealKeys =
  | { readonly mode: "envelope" | "direct"; readonly keys: readonly string[] }
  /** Or private keys on P-256 that this process holds. */
  | { readonly mode: "asymmetric"; readonly keys: readonly (string | KeyObject)[] };

/** How a resource server's claims are sealed, as the claim map says: never guessed from what a token brings. */
export type SealOptions = {
  /** Takes a token without an envelope too, with nothing in `sealed`. */
  readonly optional?: boolean;
  /** Refuses envelopes that do not name the app client they are for; one that does is compared in any case. */
  readonly bindClient?: boolean;
  /** Seconds by which a token's `iat` may lie after its envelope's; -60 to 600 if not given. */
  readonly iatWindow?: IatWindow;
  /** Calls to KMS that this instance makes in a second, and at once, at most; 100 if not given. */
  readonly kmsCallsPerSecond?: number;
} & SealKeys;

/** The same, checked and with nothing left to decide. */
export type SealConfig = {
  /** The claim that holds this resource server's envelope. */
  readonly claim: string;
  readonly optional: boolean;
  readonly bindClient: boolean;
  readonly iatWindow: IatWindow;
  readonly kmsCallsPerSecond: number;
} & SealKeys;

const MEMBERS: readonly string[] = ["mode", "keys", "optional", "bindClient", "iatWindow", "kmsCallsPerSecond"];

/**
 * Checks how a resource server's claims are sealed.
 *
 * @param name The resource server's name in the claim map.
 * @throws {TypeError} that names the option and what it must be.
 */
export function readSeal(given: SealOptions | null, name: string): SealConfig | null {
  if (given === null) return null;
  assertMembers("seal", given, MEMBERS, ", or null for a service without sealed claims");
  const { optional = false, bindClient = false, iatWindow = IAT_WINDOW, kmsCallsPerSecond = 100 } = given;
  if (typeof optional !== "boolean") throw wrong("seal.optional", "must be true or false");
  if (typeof bindClient !== "boolean") throw wrong("seal.bindClient", "must be true or false");
  if (!(Number.isFinite(iatWindow?.min) && Number.isFinite(iatWindow.max) && iatWindow.min <= iatWindow.max)) {
    throw wrong("seal.iatWindow", "must be { min, max } in seconds");
  }
  if (!(Number.isFinite(kmsCallsPerSecond) && kmsCallsPerSecond >= 1)) {
    throw wrong("seal.kmsCallsPerSecond", "must be a number, at least 1");
  }
  return {
    ...readKeys(given),
    claim: `sealed_${name.replaceAll("-", "_")}`,
    optional,
    bindClient,
    iatWindow: { ...iatWindow },
    kmsCallsPerSecond,
  };
}

function readKeys(seal: SealOptions): SealKeys {
  const { mode, keys } = seal as { readonly mode: unknown; readonly keys: unknown };
  if (mode !== "envelope" && mode !== "asymmetric" && mode !== "direct") {
    throw wrong("seal.mode", 'must be "envelope", "asymmetric" or "direct", as the claim map has it');
  }
  if (!Array.isArray(keys) || keys.length === 0) throw wrong("seal.keys", "must be a list of KMS key ARNs");
  for (const [index, key] of keys.entries()) {
    if (mode === "asymmetric" && isKeyObject(key)) assertPrivateKey(`seal.keys[${index}]`, key);
    else assertKeyArn(`seal.keys[${index}]`, key);
  }
  return { mode, keys: [...keys] };
}

function isKeyObject(key: unknown): key is KeyObject {
  return typeof key === "object" && key !== null && "asymmetricKeyType" in key;
}

function assertPrivateKey(option: string, key: KeyObject): void {
  try {
    localAgreementKey(key);
  } catch {
    throw wrong(option, "must be a private key on P-256, or the ARN of a KMS key");
  }
}

function assertKeyArn(option: string, key: unknown): void {
  if (typeof key === "string" && /^alias\/|^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(key)) {
    throw wrong(option, "is an alias; give the ARN of the key, because an alias can be turned to another key");
  }
  if (typeof key !== "string" || !/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(key)) {
    throw wrong(option, "must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID");
  }
}
