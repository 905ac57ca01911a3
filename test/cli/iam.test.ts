import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentNames } from "../../claims/bind.ts";
import { readPolicy } from "../../local/policy/read-policy.ts";
import { examplePlan, MAPS } from "../deploy/a-deployment.ts";
import { ran } from "./recorded-io.ts";

const CLINIC = "mappings/clinic-eu.claims.yaml";
const ACCOUNT = "111122223333";
const PLACE = ["--account", ACCOUNT, "--pool", "eu-central-1_A1", "--role", "issuer", "--function", "trigger"];
const keyArn = (name: string): string => `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${name}`;
const ENVIRONMENT = {
  STAFF_TABLE: "staff",
  PARTNER_TABLE: "partners",
  CARE_KEY_ARN: keyArn("care"),
  BILLING_KEY_ARN: keyArn("billing"),
  PSEUDONYM_KEY_ARN: keyArn("pseudonyms"),
};

async function iam(argv: readonly string[], files: Record<string, string> = {}, environment = {}) {
  const result = await ran(["iam", ...argv], files, environment);
  return { ...result, json: () => JSON.parse(result.out) };
}

describe("as JSON", () => {
  test("everything is filled in, as IAM and KMS take it", async () => {
    const { exit, err, json } = await iam([CLINIC, ...PLACE], {}, ENVIRONMENT);
    expect([exit, err]).toEqual([0, ""]);
    const { trigger, triggerPool, readers, keys, pseudonymKey } = json();
    expect(JSON.stringify(json())).not.toMatch(/"(Ref|Fn::\w+)"|\$\{(env|AWS)/);
    for (const policy of [trigger, triggerPool, ...Object.values(readers)]) readPolicy(policy, "identity");
    for (const policy of [pseudonymKey, ...Object.values(keys)]) readPolicy(policy, "key");
    expect(trigger.Statement[0]).toMatchObject({
      Sid: "ReadStaff",
      Resource: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/staff`,
    });
    expect(trigger.Statement.at(-1)).toMatchObject({
      Sid: "WriteOwnLog",
      Resource: `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/trigger:*`,
    });
    expect(triggerPool.Statement).toEqual([
      {
        Sid: "NoDataKeysForOtherPools",
        Effect: "Deny",
        Action: ["kms:GenerateDataKey"],
        Resource: [keyArn("care"), keyArn("billing")],
        Condition: { StringNotEquals: { "kms:EncryptionContext:claimseal:pool": "eu-central-1_A1" } },
      },
    ]);
    expect(Object.keys(readers)).toEqual(["care-api", "billing-api"]);
    expect(readers["billing-api"].Statement[0].Resource).toEqual([keyArn("billing")]);
    const issuer = { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/issuer` } };
    expect(keys["care-api"].Statement[1]).toMatchObject({ Sid: "IssuerMakesDataKeys", Condition: issuer });
  });

  test("regions and partitions are those of the map, else those that are given", async () => {
    const names = environmentNames(examplePlan("platform-m2m"));
    const given = Object.fromEntries(names.map((name) => [name, name.endsWith("ARN") ? keyArn(name) : name]));
    const argv = ["mappings/platform-m2m.claims.yaml", ...PLACE];
    expect(await iam(argv, {}, given)).toMatchObject({
      exit: 2,
      err: expect.stringContaining("claimseal iam: --emit json also needs --region\n"),
    });
    const { json } = await iam([...argv, "--region", "cn-north-1"], {}, given);
    expect(json().trigger.Statement[0].Resource).toMatch(/^arn:aws-cn:dynamodb:cn-north-1:/);
  });

  test("what is missing is named: options all at once, a variable of the map with how to give it", async () => {
    expect(await iam([CLINIC])).toMatchObject({
      exit: 2,
      err: expect.stringContaining("--emit json also needs --account, --pool, --role, --function"),
    });
    const { STAFF_TABLE: _, ...rest } = ENVIRONMENT;
    expect(await iam([CLINIC, ...PLACE], {}, rest)).toMatchObject({
      exit: 3,
      err: `claimseal iam: ${CLINIC}: the template cannot be worked out: expected something for "STAFF_TABLE"; give each with --env NAME=VALUE`,
    });
    expect(await iam([CLINIC, ...PLACE, "--env", "STAFF_TABLE=staff"], {}, rest)).toMatchObject({ exit: 0 });
  });
});

describe("as CloudFormation", () => {
  test.for(MAPS)("%s is a template of its own, with parameters for what it does not know", async (name) => {
    const { out, json } = await iam([`mappings/${name}.claims.yaml`, "--emit", "cloudformation"]);
    expect(out).not.toContain("${env:");
    expect(Object.keys(json().Parameters)).toEqual(
      expect.arrayContaining(["IssuerRoleName", "UserPool", "FunctionName"]),
    );
  });

  test("what the map leaves to a template is created in it, and what it does not is a parameter", async () => {
    const { Parameters, Resources, Outputs } = (await iam([CLINIC, "--emit", "cloudformation"])).json();
    expect(Object.keys(Parameters).slice(3).toSorted()).toEqual(["BillingKeyArn", "PartnerTable", "StaffTable"]);
    expect(Object.keys(Resources)).toEqual([
      "CareApiKey",
      "PseudonymRoot",
      "IssuerPoolPolicy",
      "IssuerPolicy",
      "CareApiReaderPolicy",
      "BillingApiReaderPolicy",
    ]);
    const opens = (id: string) => Resources[id].Properties.PolicyDocument.Statement[0].Resource;
    expect(opens("CareApiReaderPolicy")).toEqual([{ "Fn::GetAtt": ["CareApiKey", "Arn"] }]);
    expect(opens("BillingApiReaderPolicy")).toEqual([{ Ref: "BillingKeyArn" }]);
    expect(Resources.IssuerPolicy.Properties.Roles).toEqual([{ Ref: "IssuerRoleName" }]);
    expect(Object.keys(Outputs)).toContain("CareApiReaderPolicyArn");
  });

  test("for one API there is its readers' policy, and nothing of the trigger", async () => {
    const argv = [CLINIC, "--emit", "cloudformation", "--resource-server", "care-api"];
    const { json } = await iam(argv);
    expect(json()).toMatchObject({ Parameters: { CareKeyArn: { Type: "String" } } });
    expect(Object.keys(json().Parameters)).toEqual(["CareKeyArn"]);
    expect(Object.keys(json().Resources)).toEqual(["CareApiReaderPolicy"]);
  });

  test("a variable that would take another's name stops it", async () => {
    const map = readFileSync(CLINIC, "utf8").replaceAll("STAFF_TABLE", "FUNCTION_NAME");
    expect(await iam(["m.claims.yaml", "--emit", "cloudformation"], { "m.claims.yaml": map })).toMatchObject({
      exit: 1,
      err: 'claimseal iam: m.claims.yaml: variable "FUNCTION_NAME" would have the name of something else in a template; rename it',
    });
  });
});

describe("for serverless.yml", () => {
  test("roles have lists of statements, keys whole policies, and variables stay as the map writes them", async () => {
    const { trigger, triggerPool, readers, keys, pseudonymKey } = (await iam([CLINIC, "--emit", "serverless"])).json();
    expect(trigger[0]).toMatchObject({
      Sid: "ReadStaff",
      Resource: { "Fn::Sub": expect.stringContaining("${env:STAFF_TABLE}") },
    });
    expect(triggerPool).toHaveLength(1);
    expect(readers["care-api"]).toEqual([
      {
        Sid: "OpenOwnEnvelopes",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: ["${env:CARE_KEY_ARN}"],
        Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": "care-api" } },
      },
    ]);
    expect([keys["care-api"].Version, pseudonymKey.Version]).toEqual(["2012-10-17", "2012-10-17"]);
  });

  test("what a map has no use for is not there", async () => {
    const { pseudonymKey, readers } = (await iam(["mappings/platform-m2m.claims.yaml", "--emit", "serverless"])).json();
    expect(pseudonymKey).toBeUndefined();
    expect(Object.keys(readers)).toEqual(["ledger"]);
  });
});

describe("for one API", () => {
  test("there is what opens its own envelopes, and its variables are all that is needed", async () => {
    const argv = [CLINIC, "--resource-server", "care-api", "--env", `CARE_KEY_ARN=${keyArn("care")}`];
    expect((await iam(argv)).json()).toEqual({
      readers: {
        "care-api": {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "OpenOwnEnvelopes",
              Effect: "Allow",
              Action: ["kms:Decrypt"],
              Resource: [keyArn("care")],
              Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": "care-api" } },
            },
          ],
        },
      },
    });
  });

  test("it is one that something is sealed for", async () => {
    const argv = ["mappings/platform-m2m.claims.yaml", "--resource-server", "reports"];
    expect(await iam(argv)).toMatchObject({ exit: 2, err: expect.stringContaining("there are: ledger") });
  });
});

describe("--check", () => {
  const argv = [CLINIC, "--emit", "serverless"];

  test("is content with the same policies in another layout, and says nothing", async () => {
    const { out, json } = await iam(argv);
    for (const text of [out, JSON.stringify(json())]) {
      expect(await iam([...argv, "--check", "iam.json"], { "iam.json": text })).toMatchObject({
        exit: 0,
        out: "",
        err: "",
      });
    }
  });

  test("ends with 1 when the map has changed since", async () => {
    const { out } = await iam(argv);
    const stale = out.replace('"licenceNo"', '"salary"');
    expect(stale).not.toBe(out);
    const { exit, err, written } = await iam([...argv, "--check", "iam.json"], { "iam.json": stale });
    expect([exit, err]).toEqual([
      1,
      `iam.json: no longer what ${CLINIC} says; write it anew, with --out in place of --check`,
    ]);
    expect(written.size).toBe(0);
  });

  test("is not for writing, and wants a file that is there", async () => {
    expect(await iam([...argv, "--check", "a", "--out", "a"])).toMatchObject({ exit: 2 });
    expect(await iam([...argv, "--check", "nowhere.json"])).toMatchObject({ exit: 3 });
  });
});

test("a key that is named by an alias has no policy", async () => {
  const map = readFileSync(CLINIC, "utf8").replace('"${env:CARE_KEY_ARN}"', "alias/care");
  expect(await iam(["m.claims.yaml", "--emit", "serverless"], { "m.claims.yaml": map })).toMatchObject({
    exit: 1,
    err: expect.stringContaining("the key of care-api is an alias; name the key itself by its ARN"),
  });
});

test("the commands of the how-to pages work, and print the policy that is shown", async () => {
  const page = (name: string): string => readFileSync(`docs/how-to/${name}.md`, "utf8").replaceAll(/\n(?=--)/g, " ");
  const typed = ["deploy-a-new-pool", "deploy-to-an-existing-pool"].flatMap((name) =>
    [...page(name).matchAll(/(?:^|`)npx claimseal iam ([^`\n]+)/gm)].map(([, words = ""]) => words.split(" ")),
  );
  expect(typed.length).toBeGreaterThanOrEqual(3);
  const printed: string[] = [];
  for (const [map, ...options] of typed) {
    const { exit, out } = await iam([`mappings/${map}`, ...options]);
    expect([map, ...options, exit]).toEqual([map, ...options, 0]);
    printed.push(out);
  }
  const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(page("deploy-a-new-pool")) ?? [];
  expect(printed.map((out) => JSON.parse(out).readers?.["care-api"])).toContainEqual(JSON.parse(shown));
});

test("every generated file in this repository is what its map says, by the command that its page gives", async () => {
  const generated = readdirSync("examples", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".iam.json"),
  );
  expect(generated.length).toBeGreaterThan(0);
  for (const file of generated) {
    const [folder, name] = [dirname(file), basename(file)];
    const page = readFileSync(`examples/${folder}/README.md`, "utf8");
    const [, typed = ""] = new RegExp(`^npx claimseal iam (.*) --out ${name}$`, "m").exec(page) ?? [];
    const [map = "", ...options] = typed.split(" ");
    const checked = ["iam", join("examples", folder, map), ...options, "--check", `examples/${file}`];
    expect(await ran(checked)).toMatchObject({ exit: 0, err: "" });
  }
});
