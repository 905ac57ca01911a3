import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TableRows } from "../local/dynamodb.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import { readSetup, type StackSetup } from "../local/stack-setup.ts";
import { type DeployedPackage, type DeployOptions, deploy, issuerStatements } from "./a-deployed-package.ts";
import { type Packaged, packageProject } from "./a-packaged-project.ts";
import { installPackage, type Project } from "./a-project.ts";
import { examplePlan } from "./deploy/a-deployment.ts";
import { claimsOf, clientCredentials, type OpenAs, openersOf, type Reader, signIn } from "./tokens-of-a-package.ts";

/*
 * From the package to people's tokens: what `npm pack` packs is installed, builds a map, is packaged with its own
 * serverless.yml, and the zip that would be deployed runs, under the roles and policies that would be deployed with it.
 * The clinic with a pool of its own; packaged-variants.test.ts has the other maps, and pools that exist.
 */

const ANNA = "anna@clinic.example";
const BEN = "ben@clinic.example";
const CARE_SCOPE = "care-api/chart.read";
const BILLING_SCOPE = "billing-api/invoice.read";

const plan = examplePlan("clinic-eu");
let project: Project;
let packaged: Packaged;
let setup: StackSetup;
let rows: TableRows;

beforeAll(async () => {
  project = await installPackage();
  setup = readSetup(JSON.parse(await readFile("mappings/clinic-eu.dev.json", "utf8")));
  rows = JSON.parse(await readFile("mappings/clinic-eu.tables.json", "utf8"));
  const map = await readFile("mappings/clinic-eu.claims.yaml", "utf8");
  // One private claim that no person goes without, so that both things a lost key can mean are seen.
  const stricter = map.replace(/(legal_name: .*effect: informs) \}/, "$1, required: true }");
  await writeFile(join(project.path, "clinic-eu.claims.yaml"), stricter);
  const built = await project.claimseal("build", "clinic-eu.claims.yaml");
  if (built.exit !== 0 || stricter === map) throw new Error(built.err);
  const { path } = project;
  packaged = await packageProject({ map: "clinic-eu", pool: "new", plan, setup, path, folder: ".claimseal" });
});
afterAll(async () => {
  await project.remove();
});

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

function deployed(changes: Pick<DeployOptions, "without" | "poolId"> = {}): Promise<DeployedPackage> {
  return deploy(packaged, { plan, setup, rows, started: ({ stop }) => cleanUp.push(stop), ...changes });
}

/** The readers that the map names, with the keys that the templates made. */
function readers(): readonly Reader[] {
  return ["care-api", "billing-api"].map((name) => {
    const server = plan.resourceServers[name]!;
    const key = packaged.keys[name === "care-api" ? "CareApiKey" : "BillingApiKey"]!;
    return { name, server, role: server.readers[0]!, key };
  });
}

function openers(stack: DeployedPackage): OpenAs {
  const { createOpener } = createRequire(join(project.path, "package.json"))(
    "claimseal/open",
  ) as typeof import("../resource-server/open.ts");
  return openersOf(stack, readers(), createOpener);
}

const laboratory = (stack: DeployedPackage): Promise<string> => clientCredentials(stack, "laboratory");

const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" },
};
const keyRefused = { code: "KEY_ACCESS_DENIED", message: "KMS refuses the key: AccessDeniedException" };

describe("the packaged function, under the packaged policies", () => {
  let stack: DeployedPackage;
  let openAs: OpenAs;
  beforeEach(async () => {
    stack = await deployed();
    openAs = openers(stack);
  });

  test("signs people in, and each resource server opens its own envelope", async () => {
    const ben = await signIn(stack, BEN);
    expect(claimsOf(ben)).toMatchObject({
      clinic_id: "c42",
      profession: "clerk",
      scope: "care-api/chart.read billing-api/invoice.read",
      cmv: "clinic-eu@2026-11-22.1",
    });
    await expect(openAs("care-api", "care-api", ben, CARE_SCOPE)).resolves.toEqual({
      legal_name: "Ben Beispiel",
      licence_no: null,
      blood_type: null,
    });
    await expect(openAs("billing-api", "billing-api", ben, BILLING_SCOPE)).resolves.toEqual({
      legal_name: "Ben Beispiel",
      employer: "Muster Abrechnung GmbH",
    });
    await expect(openAs("care-api", "care-api", await signIn(stack, ANNA), CARE_SCOPE)).resolves.toEqual({
      legal_name: "Dr. Anna Testmann",
      licence_no: "DE-48213377",
      blood_type: "0+",
    });
  });

  test("keeps each resource server from what is sealed for the other, and its own role from both", async () => {
    const ben = await signIn(stack, BEN);
    // As much as an account could give its own roles: what refuses is the key's policy.
    const { roleArn } = stack.issuer;
    const [care, billing] = readers().map(({ role }) => role) as [string, string];
    for (const role of [care, billing, roleArn]) stack.identities.setPolicies(role, [EVERYTHING]);
    await expect(openAs("care-api", "billing-api", ben, BILLING_SCOPE)).rejects.toMatchObject(keyRefused);
    await expect(openAs("billing-api", "care-api", ben, CARE_SCOPE)).rejects.toMatchObject(keyRefused);
    await expect(openAs("issuer", "care-api", ben, CARE_SCOPE)).rejects.toMatchObject(keyRefused);
    await expect(openAs("issuer", "billing-api", ben, BILLING_SCOPE)).rejects.toMatchObject(keyRefused);
    const asked = stack.kms
      .requests()
      .map(({ operation, keyArn, roleArn: by, outcome }) => [operation, keyArn, by, outcome]);
    const { CareApiKey: careKey, BillingApiKey: billingKey, PseudonymRoot: pseudonymKey } = packaged.keys;
    expect(asked).toEqual([
      ["GenerateMac", pseudonymKey, roleArn, "ok"],
      ...[careKey, billingKey].map((key) => ["GenerateDataKey", key, roleArn, "ok"]),
      ["Decrypt", billingKey, care, "AccessDeniedException"],
      ["Decrypt", careKey, billing, "AccessDeniedException"],
      ["Decrypt", careKey, roleArn, "AccessDeniedException"],
      ["Decrypt", billingKey, roleArn, "AccessDeniedException"],
    ]);
  });

  test("gives a machine its token, and the resource server opens it", async () => {
    const token = await laboratory(stack);
    expect(claimsOf(token)).toMatchObject({ clinic_id: "c42", daily_cap: 2000, scope: "care-api/result.write" });
    const opened = openAs("care-api", "care-api", token, "care-api/result.write");
    await expect(opened).resolves.toEqual({ duty_phone: "+49 30 5550100" });
  });
});

const READ = "Sign-in is not possible right now. Please try again later (SOURCE_UNAVAILABLE)";
const SEAL = "Sign-in is not possible right now. Please try again later (SEAL_UNAVAILABLE)";

describe("of what the policies say of the issuer", () => {
  test("all is tried here but the writing of its log, for which the embedded stack asks no permission", () => {
    expect(issuerStatements(packaged)).toEqual([
      "MakeDataKeysForBillingApi",
      "MakeDataKeysForCareApi",
      "MakePseudonymRoot",
      "NoDataKeysForOtherPools",
      "ReadPartners",
      "ReadStaff",
      "WriteOwnLog",
    ]);
  });

  test("the staff table is needed: without it people are refused and machines are not", async () => {
    const stack = await deployed({ without: "ReadStaff" });
    await expect(signIn(stack, ANNA)).resolves.toContain(READ);
    expect(claimsOf(await laboratory(stack))).toMatchObject({ clinic_id: "c42" });
  });

  test("the partners table is needed: without it machines are refused and people are not", async () => {
    const stack = await deployed({ without: "ReadPartners" });
    await expect(laboratory(stack)).resolves.toContain("SOURCE_UNAVAILABLE");
    expect(claimsOf(await signIn(stack, ANNA))).toMatchObject({ clinic_id: "c42" });
  });

  test("pseudonyms are needed: without them the reference to a person is left out, and nothing else", async () => {
    expect(claimsOf(await signIn(await deployed(), ANNA))["staff_ref"]).toMatch(/^[\w-]{22}$/);
    const anna = claimsOf(await signIn(await deployed({ without: "MakePseudonymRoot" }), ANNA));
    expect(anna).not.toHaveProperty("staff_ref");
    expect(anna).toMatchObject({ clinic_id: "c42", sealed_care_api: expect.any(String) });
  });

  test("sealing is needed: without it a required claim stops the sign-in, and one that informs is left out", async () => {
    const stack = await deployed({ without: "MakeDataKeysForCareApi" });
    await expect(signIn(stack, ANNA)).resolves.toContain(SEAL);
    const machine = claimsOf(await laboratory(stack));
    expect(machine).toMatchObject({ clinic_id: "c42", cmv: "clinic-eu@2026-11-22.1" });
    expect(machine).not.toHaveProperty("sealed_care_api");
  });

  test("sealing for the other is needed: without it only those are refused whose tokens go there", async () => {
    const stack = await deployed({ without: "MakeDataKeysForBillingApi" });
    await expect(signIn(stack, BEN)).resolves.toContain(SEAL);
    expect(claimsOf(await signIn(stack, ANNA))).toHaveProperty("sealed_care_api");
  });
});

test("the function seals for the pool it was deployed with and no other, by the policy that names it", async () => {
  const poolId = `${packaged.poolId}Other`;
  await expect(signIn(await deployed({ poolId }), ANNA)).resolves.toContain(SEAL);
  const unbound = await deployed({ poolId, without: "NoDataKeysForOtherPools" });
  expect(claimsOf(await signIn(unbound, ANNA))).toHaveProperty("sealed_care_api");
});
