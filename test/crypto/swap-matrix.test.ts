import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { localAgreementKey } from "../../crypto/agreement.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey } from "../../crypto/data-key.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import type { ExpectedBinding } from "../../crypto/envelope-binding.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { createKms } from "../../local/kms/kms.ts";

/** Everything that tells one place, person and time from another. */
type Facts = {
  readonly pool: string;
  readonly sub: string;
  readonly iat: number;
  readonly audience: string;
  /** Which of the issuer's data keys. */
  readonly epoch: number;
  readonly mode: SealMode;
  readonly claim: string;
  /** Undefined where an envelope is bound to none. */
  readonly clientId: string | undefined;
};

const MODES: readonly SealMode[] = ["envelope", "asymmetric", "direct"];
const BASE = {
  pool: "eu-central-1_AbCdEfGhI",
  sub: "7d8ca528-4931-4254-9273-ea5ee853f271",
  iat: 1_763_805_600,
  audience: "care-api",
  epoch: 0,
  claim: "sealed_care_api",
  clientId: "4mk2clinicweb",
} as const;
const CHANGES = {
  pool: "eu-central-1_ZyXwVuTsR",
  sub: "00000000-4931-4254-9273-ea5ee853f271",
  iat: BASE.iat + 3_600,
  audience: "billing-api",
  epoch: 1,
  claim: "sealed_billing_api",
  clientId: "3labmachine",
} as const;

const region = "eu-central-1";
const kms = createKms();
// One key for all: what keys apart would refuse must be refused by what binds.
const keyId = kms.createKey({ region });
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const dataKeys = new Map<string, DataKey>();
const claims = new Map<string, Json>([["licence_no", "DE-48213377"]]);

async function dataKeyOf({ audience, pool, epoch }: Facts): Promise<DataKey> {
  const id = JSON.stringify([audience, pool, epoch]);
  const input = { KeyId: keyId, KeySpec: "AES_256", EncryptionContext: encryptionContext(audience, pool) } as const;
  const known = dataKeys.get(id);
  if (known) return known;
  const { Plaintext, CiphertextBlob } = await kms.generateDataKey(region, input);
  const made = { key: createSecretKey(Plaintext), wrapped: CiphertextBlob };
  dataKeys.set(id, made);
  return made;
}

/** What an issuer writes, as a token's claims. */
async function sealed(facts: Facts): Promise<{ readonly [claim: string]: string }> {
  const { sub, iat, clientId, audience, pool, mode, claim } = facts;
  const binding = { sub, iat, ...(clientId !== undefined && { clientId }) };
  const context = encryptionContext(audience, pool);
  switch (mode) {
    case "envelope":
      return { [claim]: sealEnvelope(claims, binding, await dataKeyOf(facts), null) };
    case "asymmetric":
      return {
        [claim]: sealAsymmetric(claims, { ...binding, place: { audience, poolId: pool } }, pair.publicKey, null),
      };
    case "direct": {
      const encrypt = async (plaintext: Uint8Array): Promise<Uint8Array> => {
        const input = {
          KeyId: keyId,
          Plaintext: Buffer.from(plaintext).toString("base64"),
          EncryptionContext: directContext(context, sub),
        };
        return (await kms.call("Encrypt", { region, caller: null }, input))["CiphertextBlob"] as Uint8Array;
      };
      return { [claim]: await sealDirect(claims, binding, encrypt, null) };
    }
  }
}

/** What a reader makes of a token: a claim's value, and who the token is for. */
async function opened(token: { readonly [claim: string]: string }, facts: Facts): Promise<ReadonlyMap<string, Json>> {
  const { sub, iat, clientId, claim } = facts;
  // A reader looks at its own claim alone.
  return openOnly(token[claim] ?? "", facts, {
    sub,
    iat,
    bindClient: true,
    ...(clientId !== undefined && { clientId }),
  });
}

async function openOnly(value: string, facts: Facts, expected: ExpectedBinding): Promise<ReadonlyMap<string, Json>> {
  const { sub, audience, pool, mode } = facts;
  const context = encryptionContext(audience, pool);
  const decrypt = async (blob: Uint8Array, under: Record<string, string>): Promise<Uint8Array> => {
    try {
      const input = { KeyId: keyId, CiphertextBlob: blob, EncryptionContext: under };
      return (await kms.decrypt(region, input)).Plaintext;
    } catch {
      throw new CryptoError("SEALED_INTEGRITY", "another context");
    }
  };
  switch (mode) {
    case "envelope":
      return openEnvelope(value, expected, async (wrapped) => createSecretKey(await decrypt(wrapped, context)));
    case "asymmetric":
      return openAsymmetric(value, { ...expected, place: { audience, poolId: pool } }, [
        localAgreementKey(pair.privateKey),
      ]);
    case "direct":
      return openDirect(value, expected, (blob) => decrypt(blob, directContext(context, sub)));
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "opens",
    (error: unknown) => (error instanceof CryptoError ? error.code : `no error of ours: ${String(error)}`),
  );

describe.for(MODES)("what is sealed in mode %s", (mode) => {
  const right: Facts = { ...BASE, mode };

  test("opens where everything is as it was sealed", async () => {
    expect(await opened(await sealed(right), right)).toEqual(claims);
  });

  /** Who refuses: KMS by the context, or the reader by what is inside. */
  const REFUSALS: { readonly [fact in keyof typeof CHANGES]: { readonly [mode in SealMode]: string } } = {
    pool: { envelope: "SEALED_INTEGRITY", asymmetric: "SEALED_BINDING", direct: "SEALED_INTEGRITY" },
    audience: { envelope: "SEALED_INTEGRITY", asymmetric: "SEALED_BINDING", direct: "SEALED_INTEGRITY" },
    sub: { envelope: "SEALED_BINDING", asymmetric: "SEALED_BINDING", direct: "SEALED_INTEGRITY" },
    iat: { envelope: "SEALED_BINDING", asymmetric: "SEALED_BINDING", direct: "SEALED_BINDING" },
    clientId: { envelope: "SEALED_BINDING", asymmetric: "SEALED_BINDING", direct: "SEALED_BINDING" },
    claim: { envelope: "SEALED_MALFORMED", asymmetric: "SEALED_MALFORMED", direct: "SEALED_MALFORMED" },
    // An older data key opens what it sealed: rotation loses nothing. Its blob with another's envelope is tried below.
    epoch: { envelope: "opens", asymmetric: "opens", direct: "opens" },
  };

  test.for(Object.entries(CHANGES))("with another %s is refused by whoever knows", async ([fact, other]) => {
    const elsewhere = { ...right, [fact]: other };
    const code = REFUSALS[fact as keyof typeof CHANGES][mode];
    expect(await codeOf(opened(await sealed(elsewhere), right))).toBe(code);
    expect(await codeOf(opened(await sealed(right), elsewhere))).toBe(code);
  });

  test("with any two or more of them changed is refused as well", async () => {
    const facts = Object.keys(CHANGES).filter((fact) => fact !== "epoch");
    const value = await sealed(right);
    const outcomes = new Set<string>();
    for (let mask = 1; mask < 2 ** facts.length; mask += 1) {
      const changed = facts.filter((_, index) => (mask >> index) & 1);
      const there = Object.assign(
        {},
        right,
        ...changed.map((fact) => ({ [fact]: CHANGES[fact as keyof typeof CHANGES] })),
      );
      outcomes.add(await codeOf(opened(value, there as Facts)));
    }
    expect([...outcomes].toSorted()).toEqual(
      mode === "asymmetric"
        ? ["SEALED_BINDING", "SEALED_MALFORMED"]
        : ["SEALED_BINDING", "SEALED_INTEGRITY", "SEALED_MALFORMED"],
    );
  });

  test.for(MODES.filter((other) => other !== mode))("is malformed to a reader of mode %s", async (other) => {
    const value = await sealed(right);
    const code = await codeOf(opened(value, { ...right, mode: other }));
    expect(code).toBe("SEALED_MALFORMED");
  });

  test("and bound to a client does not open for one who knows of none, and the other way round", async () => {
    const { [right.claim]: bound = "" } = await sealed(right);
    const unaware = openOnly(bound, right, { sub: right.sub, iat: right.iat });
    expect(await codeOf(unaware)).toBe("SEALED_MALFORMED");
    const { [right.claim]: unbound = "" } = await sealed({ ...right, clientId: undefined });
    expect(await codeOf(opened({ [right.claim]: unbound }, right))).toBe("SEALED_BINDING");
    const known = { sub: right.sub, iat: right.iat, clientId: BASE.clientId };
    expect(await codeOf(openOnly(unbound, right, known))).toBe("opens");
    expect(await codeOf(openOnly(bound, right, { ...known, clientId: CHANGES.clientId }))).toBe("SEALED_BINDING");
  });
});

test("a data key of another epoch in front of an envelope opens nothing", async () => {
  const right: Facts = { ...BASE, mode: "envelope" };
  const { sealed_care_api: early = "" } = await sealed(right);
  const { sealed_care_api: late = "" } = await sealed({ ...right, epoch: 1 });
  const [version, , jwe] = early.split("~");
  const swapped = [version, late.split("~")[1], jwe].join("~");
  expect(await codeOf(opened({ sealed_care_api: swapped }, right))).toBe("SEALED_INTEGRITY");
});
