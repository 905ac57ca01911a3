import { expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { edited, WHOLE } from "../map-files.ts";

/** Line, code, message and fix of every error, once the text of a partition is another one. */
function errors(from: string, to: string): readonly string[] {
  return checkClaimMap(edited(WHOLE, [from, to])).findings.flatMap(({ level, line, code, message, fix }) =>
    level === "error" ? [`${line} ${code} ${message} | ${fix}`] : [],
  );
}

const eu = WHOLE.split("\n").findIndex((line) => line.startsWith("  eu: {")) + 1;

test("what a partition gives fits the places that hold it, variables included", () => {
  expect(errors("suffix: eu,", "suffix: eu-2,")).toEqual([]);
  expect(errors("suffix: eu,", 'suffix: "${env:EU_SUFFIX}",')).toEqual([]);
});

test.for([
  ["a path", "suffix: eu,", "suffix: ../eu,", "staff-../eu"],
  ["a blank", "suffix: eu,", 'suffix: "e u",', "staff-e u"],
  ["another alphabet", "suffix: eu,", "suffix: \u0435u,", "staff-\u0435u"],
  ["a shell's text", "suffix: eu,", 'suffix: "$(id)",', "staff-$(id)"],
] as const)("a text that makes no table's name is an error where it stands: %s", ([, from, to, filled]) => {
  expect(errors(from, to)).toEqual([
    `${eu} CS106 \`sources.staff.dynamodb.table\` comes to \`${filled}\` here, which is not a DynamoDB table's name | ` +
      "Write a DynamoDB table's name, such as `staff`, or `${env:NAME}`.",
  ]);
});

test("a text that makes no key, and one that makes no region, are errors too", () => {
  expect(errors('key: "${env:EU_KEY}"', "key: eu-key")).toEqual([
    `${eu} CS106 \`resourceServers.care.seal.key\` comes to \`eu-key\` here, which is not a KMS key's ARN | ` +
      "Write a KMS key's ARN, such as `arn:aws:kms:eu-central-1:111122223333:key/care`, or `${env:NAME}`.",
  ]);
  expect(errors("region: eu-central-1, key", "region: Frankfurt, key")).toContain(
    `${eu} CS106 \`sources.staff.dynamodb.region\` comes to \`Frankfurt\` here, which is not an AWS region | ` +
      "Write an AWS region, such as `eu-central-1`, or `${env:NAME}`.",
  );
});
