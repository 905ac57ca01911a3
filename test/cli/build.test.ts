import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const BUNDLE = [readFileSync("dist/lambda/index.mjs"), readFileSync("dist/lambda/re2.mjs")] as const;
const sha256 = (contents: string | Uint8Array): string => createHash("sha256").update(contents).digest("hex");

test("writes the bundle, the plan, what they imply for the stack, and last a manifest with the digests of both", async () => {
  const { exit, out, written } = await ran(["build", MAP, "--out", "somewhere"]);
  expect(exit).toBe(0);
  expect([...written.keys()]).toEqual([
    "somewhere/index.mjs",
    "somewhere/re2.mjs",
    "somewhere/plan.json",
    "somewhere/resources.json",
    "somewhere/eu-west-1.template.json",
    "somewhere/manifest.json",
  ]);
  const plan = JSON.parse(written.get("somewhere/plan.json") as string) as Plan;
  const manifest: unknown = JSON.parse(written.get("somewhere/manifest.json") as string);
  expect(manifest).toEqual({
    v: 1,
    planSha256: planDigest(plan),
    bundleSha256: sha256(Buffer.concat(BUNDLE)),
    map: "clinic-eu",
    revision: plan.revision,
  });
  expect(written.get("somewhere/re2.mjs")).toEqual(BUNDLE[1]);
  expect(out).toContain("somewhere/ holds index.mjs, re2.mjs, plan.json");
  expect(out).toContain(`CLAIMSEAL_PLAN_SHA256  ${planDigest(plan)}`);
});

test("a map without patterns is built without their engine, and the digest of the bundle is that of one file", async () => {
  const text = readFileSync(MAP, "utf8").replaceAll(/, pattern: "[^"]*"/g, "");
  const { exit, out, written } = await ran(["build", "map.claims.yaml"], { "map.claims.yaml": text });
  expect(exit).toBe(0);
  expect([...written.keys()].slice(0, 2)).toEqual([".claimseal/index.mjs", ".claimseal/plan.json"]);
  expect(JSON.parse(written.get(".claimseal/manifest.json") as string)).toMatchObject({
    bundleSha256: sha256(BUNDLE[0]),
  });
  expect(out).toContain(".claimseal/ holds index.mjs, plan.json");
});

test("the same map gives the same bytes", async () => {
  const [first, second] = [await ran(["build", MAP]), await ran(["build", MAP, "--json"])];
  expect(second.written).toEqual(first.written);
  expect(JSON.parse(second.out)).toEqual(JSON.parse(first.written.get(".claimseal/manifest.json") as string));
});

const IN_CODE = "mappings/platform-m2m.claims.yaml";

test("a map with sources in code takes their module along, and the manifest's digest covers it", async () => {
  const module = "export const rota = async () => null;\n";
  const files = { "dist/hooks.mjs": module };
  const { exit, err, written } = await ran(["build", IN_CODE, "--hooks", "dist/hooks.mjs", "--out", "x"], files);
  expect([exit, err]).toEqual([0, ""]);
  expect(String(written.get("x/hooks.mjs"))).toBe(module);
  const bundled = ["index.mjs", "re2.mjs"].map((file) => readFileSync(`dist/lambda/${file}`));
  const { bundleSha256 } = JSON.parse(written.get("x/manifest.json") as string) as { readonly bundleSha256: string };
  expect(bundleSha256).toBe(sha256(Buffer.concat([...bundled, Buffer.from(module)])));
});

test("a map with sources in code and no module for them builds nothing", async () => {
  const { exit, err, written } = await ran(["build", IN_CODE]);
  expect([exit, written.size]).toEqual([2, 0]);
  expect(err).toContain("the map has sources in code (rota): give their module as --hooks FILE");
});

test("a map with errors builds nothing", async () => {
  const { exit, written } = await ran(["build", "bad.yaml"], { "bad.yaml": "version: 1\n" });
  expect([exit, written.size]).toEqual([1, 0]);
});

test("a key named by its alias builds nothing: an alias can be turned to another key", async () => {
  const text = readFileSync(MAP, "utf8").replace("${env:CARE_KEY_ARN}", "alias/care");
  const { exit, err, written } = await ran(["build", "map.claims.yaml"], { "map.claims.yaml": text });
  expect([exit, written.size]).toEqual([1, 0]);
  expect(err).toBe("claimseal build: map.claims.yaml: the key of care-api is an alias; name the key itself by its ARN");
});

test("two resource servers under one key build nothing: each could open the other's envelopes", async () => {
  const text = readFileSync(MAP, "utf8")
    .replace("${env:BILLING_KEY_ARN}", "${env:CARE_KEY_ARN}")
    .replace("region: eu-west-1, mode: envelope", "region: eu-central-1, mode: envelope");
  const { exit, err, written } = await ran(["build", "map.claims.yaml"], { "map.claims.yaml": text });
  expect([exit, written.size]).toEqual([1, 0]);
  expect(err).toMatch(/^claimseal build: map\.claims\.yaml: .*care-api.*billing-api/);
});

test("a map that chains a function carries Lambda's client, and the permission to ask that function", async () => {
  const { exit, out, written } = await ran(["build", "examples/maps/kept-function.claims.yaml", "--out", "x"]);
  expect(exit).toBe(0);
  expect(out).toContain("x/ holds index.mjs, re2.mjs, chain.mjs, plan.json");
  const bundled = ["index.mjs", "re2.mjs", "chain.mjs"].map((file) => readFileSync(`dist/lambda/${file}`));
  expect(written.get("x/chain.mjs")).toEqual(bundled[2]);
  const { bundleSha256 } = JSON.parse(String(written.get("x/manifest.json"))) as { readonly bundleSha256: string };
  expect(bundleSha256).toBe(sha256(Buffer.concat(bundled)));
  expect(String(written.get("x/resources.json"))).toMatch(
    /"lambda:InvokeFunction"\s*\],\s*"Resource": "\$\{env:OLD_FUNCTION_ARN\}"/,
  );
});

test("a whole stack is written as well where a template is asked for, of what is to be made and what is there", async () => {
  const argv = ["build", MAP, "--out", "x", "--template", "cloudformation", "--tables", "existing", "--alarms", "none"];
  const { exit, out, written } = await ran(argv);
  expect(exit).toBe(0);
  expect(out).toContain("cloudformation.template.json");
  const { Resources, Parameters } = JSON.parse(String(written.get("x/cloudformation.template.json"))) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
    readonly Parameters: object;
  };
  const types = Object.values(Resources).map(({ Type }) => Type);
  expect(types).toContain("AWS::Cognito::UserPool");
  expect(types).not.toContain("AWS::DynamoDB::Table");
  expect(types).not.toContain("AWS::CloudWatch::Alarm");
  expect(Parameters).toHaveProperty("StaffTable");
  const sam = await ran(["build", MAP, "--out", "x", "--template", "sam", "--pool", "existing"]);
  expect(JSON.parse(String(sam.written.get("x/sam.template.json")))).toMatchObject({
    Transform: "AWS::Serverless-2016-10-31",
    Parameters: { UserPool: { Type: "String" } },
  });
});

test("what only a template follows is refused without one", async () => {
  const { exit, err, written } = await ran(["build", MAP, "--tables", "existing"]);
  expect([exit, written.size]).toEqual([2, 0]);
  expect(err).toContain("--tables goes with --template; serverless.yml takes it as --param when it deploys");
});
