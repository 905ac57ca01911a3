import { createCipheriv } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import {
  bytes,
  type OpenVector,
  openVector,
  type RefuseVector,
  readVectors,
  type VectorFile,
} from "../crypto/vectors.ts";
import { notHere } from "./not-here.ts";
import { otherReaders } from "./other-languages.ts";

const files = readdirSync("vectors/v1").map((file) => `vectors/v1/${file}`);
const open = readVectors<OpenVector>("open.json");
const refuse = readVectors<RefuseVector>("refuse.json");
const folder = mkdtempSync(join(tmpdir(), "claimseal-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

for (const { language, missing, read } of otherReaders) {
  if (missing !== null) {
    notHere(`the vectors in ${language}`, missing);
    continue;
  }

  describe(`the reader in ${language}`, () => {
    test("opens every envelope that opens and refuses every other with its code", { timeout: 60_000 }, () => {
      const opened = open.flatMap(({ vectors }) => vectors).length;
      const refused = refuse.flatMap(({ vectors }) => vectors).length;
      expect(read(files)).toEqual({
        status: 0,
        stdout: `${opened} opened, ${refused} refused, 0 wrong\n`,
        stderr: "",
      });
    });

    test("comes to the same as this one on envelopes that chance has changed", { timeout: 60_000 }, async () => {
      const changed = await Promise.all(open.map(changedByChance));
      const total = (count: "opened" | "refused"): number => changed.reduce((sum, each) => sum + each[count], 0);
      expect(read(changed.map(({ path }) => path))).toEqual({
        status: 0,
        stdout: `${total("opened")} opened, ${total("refused")} refused, 0 wrong\n`,
        stderr: "",
      });
      expect(Math.min(total("opened"), total("refused"))).toBeGreaterThan(20);
    });

    test("says which vector came out otherwise", { timeout: 60_000 }, () => {
      const file = structuredClone(open.find(({ file: name }) => name === "open.json")!);
      Object.assign(file.vectors[0]!, { claims: { licence_no: "another" } });
      expect(read([written("falsified.json", file)])).toMatchObject({
        status: 1,
        stdout: expect.stringMatching(/: one text claim: opened\n14 opened, 0 refused, 1 wrong\n$/),
      });
    });
  });
}

function written(name: string, file: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(file));
  return path;
}

type Change = { readonly at: number; readonly cut: number; readonly put: string };

/** Puts a few characters in a text's place, or takes some out. */
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(1_000),
  cut: fc.nat(3),
  put: fc.string({ unit: fc.constantFrom(...'Ab0-_+/=~. \n{}":,[]é\u0000'.split("")), maxLength: 2 }),
});

const changeIn = (text: string, { at, cut, put }: Change): string => {
  const from = at % (text.length + 1);
  return text.slice(0, from) + put + text.slice(from + cut);
};

/**
 * A file of envelopes that were changed somewhere, in what is sent or (mode `envelope`) inside, with what this reader
 * says of each. Numbers are left out: every language has its own idea of large ones.
 */
async function changedByChance(
  file: VectorFile<OpenVector>,
): Promise<{ readonly path: string; readonly opened: number; readonly refused: number }> {
  const usable = file.vectors.filter(({ claims }) => !/\d/.test(withoutTexts(JSON.stringify(claims))));
  const draw = fc.record({ vector: fc.constantFrom(...usable), change, inside: fc.boolean() });
  const vectors = await Promise.all(
    fc.sample(draw, { seed: 2026, numRuns: 300 }).map(async ({ vector, change: by, inside }, index) => {
      const value = inside && file.mode === "envelope" ? changedInside(vector, by) : changeIn(vector.value, by);
      const { claims: _, ...asked } = { ...vector, name: `${index}`, value };
      return { ...asked, ...(await verdict(file, asked)) };
    }),
  );
  const opened = vectors.filter((vector) => "claims" in vector).length;
  return { path: written(`changed-${file.file}`, { ...file, vectors }), opened, refused: vectors.length - opened };
}

const withoutTexts = (json: string): string => json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");

async function verdict(
  file: VectorFile<OpenVector>,
  vector: Parameters<typeof openVector>[1],
): Promise<{ readonly claims: object } | { readonly code: string }> {
  try {
    return { claims: Object.fromEntries(await openVector(file, vector)) };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return { code: error.code };
  }
}

/** The envelope with its plaintext changed, and sealed anew with its own content key. */
function changedInside({ value, sealed, claims, contentKey, iv }: OpenVector, by: Change): string {
  const { sub, iat, clientId } = sealed;
  const plaintext = changeIn(JSON.stringify({ sub, iat, client_id: clientId, ...claims }), by);
  const [version, edk, jwe] = value.split("~");
  const [header, encryptedKey] = jwe!.split(".");
  const cipher = createCipheriv("aes-256-gcm", bytes(contentKey!), bytes(iv!), { authTagLength: 16 });
  cipher.setAAD(Buffer.from(header!));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]).toString("base64url");
  const tag = cipher.getAuthTag().toString("base64url");
  return `${version}~${edk}~${[header, encryptedKey, iv, ciphertext, tag].join(".")}`;
}
