import { execFile } from "node:child_process";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readerPolicy } from "../deploy/reader-policy.ts";
import type { AccessKey } from "../local/identities/identities.ts";
import { localCredentials } from "../local/local-account.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import { readSetup, type StackSetup } from "../local/stack-setup.ts";
import { type DeployedPackage, type DeployOptions, deploy } from "./a-deployed-package.ts";
import {
  BILLING_KEY,
  CARE_KEY,
  ISSUER,
  idsOf,
  type Packaged,
  POOL_ID,
  PSEUDONYM_KEY,
  propertiesOf,
  REGION,
  readPackaged,
} from "./a-packaged-project.ts";
import { installPackage, type Project, root } from "./a-project.ts";
import { examplePlan } from "./deploy/a-deployment.ts";

/*
 * From the package to people's tokens: what `npm pack` packs is installed, builds a map, is packaged with its own
 * serverless.yml, and the zip that would be deployed runs, under the roles and policies that would be deployed with it.
 */

const SERVERS = {
  "care-api": { key: CARE_KEY, reader: "arn:aws:iam::111122223333:role/care-api", scope: "care-api/chart.read" },
  "billing-api": {
    key: BILLING_KEY,
    reader: "arn:aws:iam::444455556666:role/billing-api",
    scope: "billing-api/invoice.read",
  },
} as const;
type Server = keyof typeof SERVERS;
const NAMES = Object.keys(SERVERS) as Server[];

const ANNA = "anna@clinic.example";
const BEN = "ben@clinic.example";

let project: Project;
let packaged: Packaged;
let setup: StackSetup;
let rows: DeployOptions["rows"];

beforeAll(async () => {
  project = await installPackage();
  setup = readSetup(JSON.parse(await readFile("mappings/clinic-eu.dev.json", "utf8")));
  const tables = JSON.parse(await readFile("mappings/clinic-eu.tables.json", "utf8"));
  rows = { StaffTable: tables["clinic-staff"], PartnersTable: tables["clinic-partners"] };
  await buildAndPackage();
  packaged = await readPackaged(project.path);
});
afterAll(async () => {
  await project.remove();
});

/** docs/how-to/deploy-a-new-pool.md as far as `osls package`, offline and without credentials. */
async function buildAndPackage(): Promise<void> {
  const map = await readFile("mappings/clinic-eu.claims.yaml", "utf8");
  // One private claim that no person goes without, so that both things a lost key can mean are seen.
  const stricter = map.replace(/(legal_name: .*effect: informs) \}/, "$1, required: true }");
  expect(stricter).not.toBe(map);
  await writeFile(join(project.path, "clinic-eu.claims.yaml"), stricter);
  expect(await project.claimseal("build", "clinic-eu.claims.yaml")).toMatchObject({ exit: 0 });
  await copyFile(join(project.path, "node_modules/claimseal/serverless.yml"), join(project.path, "serverless.yml"));
  const [web, laboratory] = setup.clients;
  await promisify(execFile)(process.execPath, [join(root, "node_modules/osls/bin/serverless.js"), "package"], {
    cwd: project.path,
    env: {
      PATH: process.env["PATH"],
      HOME: project.path,
      CLINIC_WEB_CLIENT: web?.id,
      LAB_CLIENT: laboratory?.id,
      BILLING_KEY_ARN: BILLING_KEY,
    },
  });
}

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

function deployed(changes: Pick<DeployOptions, "without" | "poolId"> = {}): Promise<DeployedPackage> {
  return deploy(packaged, { setup, rows, started: ({ stop }) => cleanUp.push(stop), ...changes });
}

/** An access token for a person, or the text the person sees in place of one. */
async function signIn({ urls, passwords }: DeployedPackage, email: string): Promise<string> {
  const cognito = new CognitoIdentityProviderClient({
    endpoint: urls.pool,
    region: REGION,
    credentials: localCredentials,
  });
  cleanUp.push(() => cognito.destroy());
  const command = new InitiateAuthCommand({
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: setup.clients[0]?.id,
    AuthParameters: { USERNAME: email, PASSWORD: passwords.get(email) ?? "" },
  });
  return cognito.send(command).then(
    ({ AuthenticationResult }) => AuthenticationResult?.AccessToken ?? "",
    ({ message }: Error) => message,
  );
}

/** An access token for the laboratory's system, or the error it gets. */
async function clientCredentials({ urls, secret }: DeployedPackage): Promise<string> {
  const basic = Buffer.from(`${setup.clients[1]?.id}:${secret}`).toString("base64");
  const response = await fetch(`${urls.pool}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token, ...refused } = (await response.json()) as { access_token?: string };
  return access_token ?? JSON.stringify(refused);
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

/** Opens one server's envelope with the installed package, under the credentials of a role, whoever that is. */
type OpenAs = (role: Server | "issuer", server: Server, token: string, scope?: string) => Promise<unknown>;

/** Makes the readers' roles, each with the policy that is made for it and nothing else. */
function openersOf({ identities, issuer, urls, pool }: DeployedPackage): OpenAs {
  const { resourceServers } = examplePlan("clinic-eu");
  const readers = Object.fromEntries(
    NAMES.map((name) => {
      const own = readerPolicy(resourceServers[name]!, [SERVERS[name].key]) as PolicyDocument;
      return [name, identities.createIdentity(SERVERS[name].reader, [own])];
    }),
  );
  const credentials: { readonly [role: string]: AccessKey } = { ...readers, issuer };
  const { createOpener } = createRequire(join(project.path, "package.json"))(
    "claimseal/open",
  ) as typeof import("../resource-server/open.ts");
  return async (role, server, token, scope = SERVERS[server].scope) => {
    const { key } = SERVERS[server];
    const kms = new KMSClient({ endpoint: urls.kms, region: key.split(":")[3]!, credentials: credentials[role]! });
    cleanUp.push(() => kms.destroy());
    const opener = createOpener({
      resourceServer: server,
      userPoolId: pool.poolId,
      clientId: setup.clients.map(({ id }) => id),
      scope,
      map: "clinic-eu",
      seal: { mode: "envelope", keys: [key] },
      jwks: {
        fetch: async () =>
          (await fetch(`${urls.pool}/${pool.poolId}/.well-known/jwks.json`)).json() as Promise<{ keys: object[] }>,
      },
      kms,
    });
    const { sealed } = await opener.open(token);
    return Object.fromEntries(Object.entries(sealed).map(([name, secret]) => [name, secret.reveal()]));
  };
}

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
    openAs = openersOf(stack);
  });

  test("signs people in, and each resource server opens its own envelope", async () => {
    const ben = await signIn(stack, BEN);
    expect(claimsOf(ben)).toMatchObject({
      clinic_id: "c42",
      profession: "clerk",
      scope: "care-api/chart.read billing-api/invoice.read",
      cmv: "clinic-eu@2026-11-22.1",
    });
    await expect(openAs("care-api", "care-api", ben)).resolves.toEqual({
      legal_name: "Ben Beispiel",
      licence_no: null,
      blood_type: null,
    });
    await expect(openAs("billing-api", "billing-api", ben)).resolves.toEqual({
      legal_name: "Ben Beispiel",
      employer: "Muster Abrechnung GmbH",
    });
    await expect(openAs("care-api", "care-api", await signIn(stack, ANNA))).resolves.toEqual({
      legal_name: "Dr. Anna Testmann",
      licence_no: "DE-48213377",
      blood_type: "0+",
    });
  });

  test("keeps each resource server from what is sealed for the other, and its own role from both", async () => {
    const ben = await signIn(stack, BEN);
    // As much as an account could give its own roles: what refuses is the key's policy.
    const roles = [...NAMES.map((name) => SERVERS[name].reader), ISSUER];
    for (const role of roles) stack.identities.setPolicies(role, [EVERYTHING]);
    await expect(openAs("care-api", "billing-api", ben)).rejects.toMatchObject(keyRefused);
    await expect(openAs("billing-api", "care-api", ben)).rejects.toMatchObject(keyRefused);
    await expect(openAs("issuer", "care-api", ben)).rejects.toMatchObject(keyRefused);
    await expect(openAs("issuer", "billing-api", ben)).rejects.toMatchObject(keyRefused);
    const asked = stack.kms
      .requests()
      .map(({ operation, keyArn, roleArn, outcome }) => [operation, keyArn, roleArn, outcome]);
    expect(asked).toEqual([
      ["GenerateMac", PSEUDONYM_KEY, ISSUER, "ok"],
      ...[CARE_KEY, BILLING_KEY].map((key) => ["GenerateDataKey", key, ISSUER, "ok"]),
      ["Decrypt", BILLING_KEY, SERVERS["care-api"].reader, "AccessDeniedException"],
      ["Decrypt", CARE_KEY, SERVERS["billing-api"].reader, "AccessDeniedException"],
      ["Decrypt", CARE_KEY, ISSUER, "AccessDeniedException"],
      ["Decrypt", BILLING_KEY, ISSUER, "AccessDeniedException"],
    ]);
  });

  test("gives a machine its token, and the resource server opens it", async () => {
    const token = await clientCredentials(stack);
    expect(claimsOf(token)).toMatchObject({ clinic_id: "c42", daily_cap: 2000, scope: "care-api/result.write" });
    const opened = openAs("care-api", "care-api", token, "care-api/result.write");
    await expect(opened).resolves.toEqual({ duty_phone: "+49 30 5550100" });
  });
});

const READ = "Sign-in is not possible right now. Please try again later (SOURCE_UNAVAILABLE)";
const SEAL = "Sign-in is not possible right now. Please try again later (SEAL_UNAVAILABLE)";

describe("of what the policies say of the issuer", () => {
  test("all is tried here but the writing of its log, for which the embedded stack asks no permission", () => {
    type Attached = { readonly PolicyDocument: { readonly Statement: readonly { readonly Sid: string }[] } };
    const statements = idsOf(packaged.template, "AWS::IAM::Policy").flatMap(
      (id) => propertiesOf<Attached>(packaged.template, id).PolicyDocument.Statement,
    );
    expect(statements.map(({ Sid }) => Sid).toSorted()).toEqual([
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
    expect(claimsOf(await clientCredentials(stack))).toMatchObject({ clinic_id: "c42" });
  });

  test("the partners table is needed: without it machines are refused and people are not", async () => {
    const stack = await deployed({ without: "ReadPartners" });
    await expect(clientCredentials(stack)).resolves.toContain("SOURCE_UNAVAILABLE");
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
    const machine = claimsOf(await clientCredentials(stack));
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
  const poolId = `${POOL_ID}Other`;
  await expect(signIn(await deployed({ poolId }), ANNA)).resolves.toContain(SEAL);
  const unbound = await deployed({ poolId, without: "NoDataKeysForOtherPools" });
  expect(claimsOf(await signIn(unbound, ANNA))).toHaveProperty("sealed_care_api");
});
