// Writes `vectors/v1/` (or the folder given): envelopes that must open, and envelopes that must not. It shares no code with
// `crypto/`, so that the two check each other, and takes its randomness from hashes of names, so that every run is the same.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { asymmetricOpen, asymmetricRefuse } from "./vectors/asymmetric.mjs";
import { keys } from "./vectors/asymmetric-parts.mjs";
import { b64 } from "./vectors/bytes.mjs";
import { ciphertexts, directOpen, directRefuse } from "./vectors/direct.mjs";
import { envelopeOpen, envelopeRefuse } from "./vectors/envelope.mjs";
import { dataKeys } from "./vectors/envelope-parts.mjs";
import { firstOpen, firstRefuse } from "./vectors/first.mjs";

const folder = process.argv[2] ?? fileURLToPath(new URL("../vectors/v1", import.meta.url));
mkdirSync(folder, { recursive: true });

function write(file, content) {
  writeFileSync(`${folder}/${file}`, `${JSON.stringify(content, null, 2)}\n`);
  console.error(`${file}: ${content.vectors.length}`);
}

/** What KMS would decrypt of these: the blobs that occur among them. */
const decrypts = (vectors) => ciphertexts.filter(({ blob }) => vectors.some(({ value }) => value === `1~${blob}`));

const keyList = dataKeys.map(({ wrapped, key, context }) => ({ wrapped: b64(wrapped), key: b64(key), context }));
write("open.json", { mode: "envelope", dataKeys: keyList, vectors: firstOpen });
write("refuse.json", { mode: "envelope", dataKeys: keyList, vectors: firstRefuse });
write("envelope-open.json", { mode: "envelope", dataKeys: keyList, vectors: envelopeOpen });
write("envelope-refuse.json", { mode: "envelope", dataKeys: keyList, vectors: envelopeRefuse });
write("asymmetric-open.json", { mode: "asymmetric", keys, vectors: asymmetricOpen });
write("asymmetric-refuse.json", { mode: "asymmetric", keys, vectors: asymmetricRefuse });
write("direct-open.json", { mode: "direct", ciphertexts: decrypts(directOpen), vectors: directOpen });
write("direct-refuse.json", { mode: "direct", ciphertexts: decrypts(directRefuse), vectors: directRefuse });
