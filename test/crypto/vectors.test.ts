import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { compactDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import {
  bytes,
  dataKeyOf,
  type OpenVector,
  openVector,
  type RefuseVector,
  readVectors,
  type VectorFile,
} from "./vectors.ts";

const open = readVectors<OpenVector>("open.json");
const refuse = readVectors<RefuseVector>("refuse.json");

/** SHA-256 of every file. One that differs is another format, or a bug in this version of it. */
const FROZEN: Readonly<Record<string, string>> = {
  "asymmetric-open.json": "1ef170c585cfce466397e17cd95b121553dce7da8157a2780aae415aee699d97",
  "asymmetric-refuse.json": "84717989a08ae98203e8dd22535913c1242b46af7eb92f841b9192f30e42d8a5",
  "direct-open.json": "3ca90d279cb65745359dfdc27d86fd53e72c2f1b5fdb357676c4f3ddb49a6e6b",
  "direct-refuse.json": "5ea93d966b308f266326d169f17c4299bda133cdccfe146317dcf4f7222a36be",
  "envelope-open.json": "a831f6cc26a0edd324a3cd46f40b349c243018aff1ead41abdeeacf17cde9498",
  "envelope-refuse.json": "470a6f00b350bcec4cfcdf4dca086937153beaa2a07115612f6ca4322e278b24",
  "open.json": "f05539e29facc4142f946e5141c2cc4b66fa5b12e5b41ab2b50f0f41e507f59d",
  "refuse.json": "d096584d7021f0c9cad57c56d72ff64de59e5570dc18ae7f13772ebc455b3ec7",
};

describe.for(open)("the frozen envelopes of $file", (file) => {
  test.for(file.vectors)("$name: open to their claims", async (vector) => {
    expect(await openVector(file, vector)).toEqual(new Map(Object.entries(vector.claims)));
  });

  test.for(file.vectors)("$name: come out the same from the same random bytes", async (vector) => {
    expect(await sealAgain(file, vector)).toBe(vector.value);
  });

  test.for(file.mode === "direct" ? [] : file.vectors)("$name: open with jose, given the key alone", async (vector) => {
    const key = file.mode === "envelope" ? dataKeyOf(file, vector.dataKey!).key : privateKeyOf(file, vector.key!);
    const { plaintext, protectedHeader } = await compactDecrypt(vector.value.split("~").at(-1)!, key, {
      keyManagementAlgorithms: ["A256KW", "ECDH-ES"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    expect(protectedHeader.alg).toBe(file.mode === "envelope" ? "A256KW" : "ECDH-ES");
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(insideOf(file, vector));
  });
});

describe.for(refuse)("the frozen envelopes of $file", (file) => {
  test.for(file.vectors)("$name: $code", async (vector) => {
    await expect(openVector(file, vector)).rejects.toMatchObject({ name: "CryptoError", code: vector.code });
  });

  test("say nothing of what is inside or of the token", async () => {
    for (const vector of file.vectors) {
      const outcome: unknown = await openVector(file, vector).catch((error: unknown) => error);
      expect(String(outcome)).not.toMatch(/DE-48213377|7d8ca528|1763805|licence|clinicweb|care-api|AbCdEfGhI/);
    }
  });

  test("ask for no key where the form is already wrong", async () => {
    const wrongForms = file.vectors.filter(isWrongForm);
    const asking: string[] = [];
    for (const vector of wrongForms) {
      await expect(openVector(file, vector, () => asking.push(vector.name))).rejects.toThrow(/^the envelope /);
    }
    expect(wrongForms.length).toBeGreaterThanOrEqual(20);
    expect(asking).toEqual([]);
  });

  test("do not decrypt with jose either, given the keys a reader has", async () => {
    for (const vector of file.vectors.filter(({ code }) => code === "SEALED_INTEGRITY")) {
      for (const key of keysOf(file, vector)) {
        await expect(compactDecrypt(vector.value.split("~").at(-1)!, key)).rejects.toThrow(
          /decryption operation failed|unwrap/i,
        );
      }
    }
  });

  test("have names of their own", () => {
    const names = file.vectors.map(({ changed, name }) => `${changed}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

test("at least 50 envelopes open and 200 do not, in every mode and with every code", () => {
  expect(open.flatMap(({ vectors }) => vectors).length).toBeGreaterThanOrEqual(50);
  expect(refuse.flatMap(({ vectors }) => vectors).length).toBeGreaterThanOrEqual(200);
  for (const mode of ["envelope", "asymmetric", "direct"]) {
    const vectors = refuse.filter((file) => file.mode === mode).flatMap((file) => file.vectors);
    expect(new Set(vectors.map(({ code }) => code))).toHaveProperty("size", 3);
  }
});

test("the page of the vectors counts them as they are", () => {
  const page = readFileSync("vectors/README.md", "utf8");
  const counted = [...page.matchAll(/^\| (`v1.+?) \| `(\w+)` \| (\d+) /gm)].flatMap(([, names = "", mode, count]) => {
    const named = [...open, ...refuse].filter(({ file }) => names.includes(`v1/${file}`));
    expect(named.map((file) => file.mode)).toEqual(named.map(() => mode));
    expect(named.reduce((sum, { vectors }) => sum + vectors.length, 0)).toBe(Number(count));
    return named;
  });
  expect(counted).toHaveLength(open.length + refuse.length);
});

test("the vectors are what their script writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "claimseal-vectors-"));
  try {
    execFileSync(process.execPath, ["tools/make-vectors.mjs", folder], { stdio: "ignore" });
    expect(readVectors("open.json", folder)).toEqual(open);
    expect(readVectors("refuse.json", folder)).toEqual(refuse);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the vectors are frozen", () => {
  const digests = readdirSync("vectors/v1").map((file) => {
    return [
      file,
      createHash("sha256")
        .update(readFileSync(`vectors/v1/${file}`))
        .digest("hex"),
    ];
  });
  expect(Object.fromEntries(digests)).toEqual(FROZEN);
});

async function sealAgain(file: VectorFile<OpenVector>, vector: OpenVector): Promise<string> {
  const claims = new Map(Object.entries(vector.claims));
  const { sealed, padTo } = vector;
  if (file.mode === "envelope") {
    const drawn = [bytes(vector.contentKey!), bytes(vector.iv!)];
    return sealEnvelope(claims, sealed, dataKeyOf(file, vector.dataKey!), padTo, (size) => next(drawn, size));
  }
  if (file.mode === "asymmetric") {
    const publicKey = createPublicKey(privateKeyOf(file, vector.key!));
    return sealAsymmetric(claims, { ...sealed, place: vector.place! }, publicKey, padTo, {
      keyPair: () => ephemeralOf(vector),
      bytes: (size) => next([bytes(vector.iv!)], size),
    });
  }
  const { blob, plaintext } = file.ciphertexts!.find((each) => vector.value === `1~${each.blob}`)!;
  return sealDirect(claims, sealed, async (given) => (bytes(plaintext).equals(given) ? bytes(blob) : given), padTo);
}

/** What is wrong inside is malformed too; the first file does not say so, and has those behind what does not decrypt. */
function isWrongForm({ code, changed }: RefuseVector, index: number, all: readonly RefuseVector[]): boolean {
  const inside =
    changed === undefined ? index > all.findIndex((each) => each.code === "SEALED_INTEGRITY") : changed === "plaintext";
  return code === "SEALED_MALFORMED" && !inside;
}

function next(drawn: Buffer[], size: number): Buffer {
  const bytesDrawn = drawn.shift()!;
  expect(bytesDrawn).toHaveLength(size);
  return bytesDrawn;
}

function privateKeyOf({ keys }: VectorFile<unknown>, index: number): KeyObject {
  return createPrivateKey({ key: keys![index]!.jwk, format: "jwk" });
}

/** The keys a reader gets hold of for an envelope; in mode direct there are none. */
function keysOf(file: VectorFile<unknown>, { value, context, keys = [] }: RefuseVector): readonly KeyObject[] {
  const unwrapped = (file.dataKeys ?? []).flatMap(({ wrapped, context: under }, index) =>
    value.startsWith(`1~${wrapped}~`) && isDeepStrictEqual(under, context) ? [dataKeyOf(file, index).key] : [],
  );
  return [...unwrapped, ...keys.map((index) => privateKeyOf(file, index))];
}

/** The pair an envelope was made with: its private part stands in the vector, its public one in the envelope's header. */
function ephemeralOf({ value, ephemeral }: OpenVector): { publicKey: KeyObject; privateKey: KeyObject } {
  const { epk } = JSON.parse(bytes(value.slice(2).split(".")[0]!).toString()) as { epk: Record<string, string> };
  const privateKey = createPrivateKey({ key: { ...epk, d: ephemeral! }, format: "jwk" });
  return { privateKey, publicKey: createPublicKey({ key: epk, format: "jwk" }) };
}

function insideOf({ mode }: VectorFile<unknown>, { sealed, place, claims }: OpenVector): object {
  const { sub, iat, clientId } = sealed;
  return {
    sub,
    iat,
    ...(mode === "asymmetric" && { aud: place!.audience, pool: place!.poolId }),
    ...(clientId !== undefined && { client_id: clientId }),
    ...claims,
  };
}
