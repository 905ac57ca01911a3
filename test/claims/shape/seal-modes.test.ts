import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** On the curve, and with one bit of its y turned. */
const POINT =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEweNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF/PxMR7yWcI74CVK1P40lVf5yuEHtBFiGKLHTeKWUk5UA7JyQ==";
const OFF_CURVE = POINT.replace("UA7JyQ==", "UA7JyA==");

/** The seal of the complete map, written otherwise. */
const findings = (seal: string): readonly string[] => {
  const line = COMPLETE.split("\n").find((each) => each.includes("mode: envelope")) ?? "";
  const changed = line.replace(/seal: \{.*mode: envelope[^}]*\}/, `seal: { ${seal} }`);
  return shown(readClaimMap(edited(COMPLETE, [line, changed])).findings);
};

test.for([
  "key: alias/care, mode: asymmetric",
  `key: alias/care, mode: asymmetric, publicKey: "${POINT}"`,
  `key: "${POINT}", mode: asymmetric, bindClient: true`,
  "key: alias/care, mode: direct, bindClient: true, pad: max",
  "key: alias/care, bindClient: false, dataKey: { maxAge: 5m }",
  "key: alias/care, mode: envelope, dataKey: { maxAge: 24h, maxTokens: 1 }",
])("a seal is written { %s }", (seal) => {
  expect(findings(seal)).toEqual([]);
});

test.for<readonly [seal: string, finding: string]>([
  [
    `key: alias/care, publicKey: "${POINT}"`,
    "CS111 `publicKey` of `care-api` says nothing under `mode: envelope`\nDelete `publicKey`, or write `mode: asymmetric`.",
  ],
  [
    "key: alias/care, mode: direct, dataKey: {}",
    "CS111 `dataKey` of `care-api` says nothing under `mode: direct`\nDelete `dataKey`, or write `mode: envelope`.",
  ],
  [
    `key: "${POINT}", mode: direct`,
    "CS111 the key of `care-api` is a public key, and `mode: direct` seals by KMS\nWrite a KMS key's ARN, or `mode: asymmetric`.",
  ],
  [
    `key: "${POINT}", mode: asymmetric, publicKey: "${POINT}"`,
    "CS111 the key of `care-api` is a public key itself\nDelete `publicKey`.",
  ],
  [
    `key: "\${env:KEY}", mode: asymmetric, publicKey: "${OFF_CURVE}"`,
    "CS106 `publicKey` of `care-api` is not a point of P-256\nCopy it anew: `aws kms get-public-key --query PublicKey --output text`.",
  ],
  [
    `key: "${OFF_CURVE}", mode: asymmetric`,
    "CS106 `key` of `care-api` is not a point of P-256\nCopy it anew: `aws kms get-public-key --query PublicKey --output text`.",
  ],
  [
    "key: alias/care, dataKey: { maxAge: 299s }",
    "CS106 `maxAge` of `care-api` is not between 5 minutes and a day\nWrite `5m` to `24h`.",
  ],
  [
    "key: alias/care, dataKey: { maxAge: 25h }",
    "CS106 `maxAge` of `care-api` is not between 5 minutes and a day\nWrite `5m` to `24h`.",
  ],
])("a seal { %s } is refused", ([seal, finding]) => {
  expect(findings(seal).map((each) => each.slice(each.indexOf("CS")))).toEqual([finding]);
});
