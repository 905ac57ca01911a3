import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";
import type { Counts, SelfTest } from "../../deploy/audit-report.ts";
import { type KeysInMemory, keysInMemory } from "../../local/keys-in-memory.ts";
import { seal } from "../../triggers/seal.ts";
import { openVector, type VectorFile } from "./vectors.ts";

const MODES: readonly SealMode[] = ["envelope", "asymmetric", "direct"];

/**
 * Seals and opens one envelope of every mode by the code that deploys, under keys made here, and has others refused: for
 * another subject, client or resource server, or with any part of it changed. Then the frozen envelopes, where they are
 * there: what an earlier version sealed must open, and what it refused must not.
 */
export async function selfTest(
  vectors: readonly VectorFile[] | null,
  makeKeys: () => KeysInMemory = keysInMemory,
): Promise<SelfTest> {
  const modes: ({ readonly mode: SealMode } & Counts)[] = [];
  for (const mode of MODES) modes.push({ mode, ...(await testMode(mode, makeKeys())) });
  const frozen = vectors && (await testVectors(vectors));
  return { ok: [...modes, ...(frozen ? [frozen] : [])].every(isWhole), modes, vectors: frozen };
}

function isWhole({ opened, ofOpened, refused, ofRefused }: Counts): boolean {
  return opened === ofOpened && refused === ofRefused && ofOpened > 0 && ofRefused > 0;
}

async function testMode(mode: SealMode, { ports, open }: KeysInMemory): Promise<Counts> {
  const server = { identifier: "self-test", seal: { key: "self-test", mode, bindClient: true } } as const;
  const subject = { sub: randomUUID(), poolId: "eu-central-1_SelfTest", clientId: "self-test" };
  const claims = new Map([["drawn", randomUUID()]]);
  const now = Date.now();
  const { value } = await seal(
    server,
    subject,
    { seal: server.seal, claims, padTo: null },
    { ...ports, now: () => now, signal: new AbortController().signal },
  );
  const token = { ...subject, iat: Math.floor(now / 1000) };
  const others = [
    () => open(value, server, { ...token, sub: randomUUID() }),
    () => open(value, server, { ...token, clientId: "another" }),
    () => open(value, { ...server, identifier: "another" }, token),
    ...changed(value).map((each) => () => open(each, server, token)),
  ];
  const opens = await opensTo(claims, () => open(value, server, token));
  let refused = 0;
  for (const other of others) if ((await refusal(other)) !== null) refused += 1;
  return { opened: opens ? 1 : 0, ofOpened: 1, refused, ofRefused: others.length };
}

/** An envelope once for each of its parts, with one character in the middle of that part changed. */
function changed(value: string): readonly string[] {
  return [...value.matchAll(/[^~.]+/g)].map(({ 0: part, index }) => {
    const at = index + Math.floor(part.length / 2);
    return `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`;
  });
}

async function testVectors(files: readonly VectorFile[]): Promise<Counts> {
  const counts = { opened: 0, ofOpened: 0, refused: 0, ofRefused: 0 };
  for (const file of files) {
    for (const vector of file.vectors) {
      const open = () => openVector(file, vector);
      if (vector.code === undefined) {
        counts.ofOpened += 1;
        counts.opened += Number(await opensTo(new Map(Object.entries(vector.claims ?? {})), open));
      } else {
        counts.ofRefused += 1;
        counts.refused += Number((await refusal(open)) === vector.code);
      }
    }
  }
  return counts;
}

async function opensTo(
  claims: ReadonlyMap<string, unknown>,
  open: () => Promise<ReadonlyMap<string, unknown>>,
): Promise<boolean> {
  try {
    return isDeepStrictEqual(await open(), claims);
  } catch {
    return false;
  }
}

/** The code by which an envelope is refused; null where it opens, or something else goes wrong. */
async function refusal(open: () => Promise<unknown>): Promise<string | null> {
  try {
    await open();
    return null;
  } catch (error) {
    return error instanceof CryptoError ? error.code : null;
  }
}
