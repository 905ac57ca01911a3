import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack } from "../../../local/testing.ts";
import { createOpener } from "../../../resource-server/open.ts";

const MAP = "mappings/clinic-eu.claims.yaml";

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ map: MAP });
});
afterAll(async () => {
  await stack.stop();
});

test("a person signs in, and a service opens the token with the options the stack gives", async () => {
  const { accessToken, idToken } = await stack.signIn("anna@clinic.example");
  const opener = createOpener(stack.openerOptions("care-api"));
  const auth = await opener.open(accessToken);
  expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
  expect(auth.meta.map).toBe("clinic-eu");
  await expect(opener.open(idToken)).rejects.toMatchObject({ code: "TOKEN_USE" });
});

test("a machine of the setup gets a token by its client's name", async () => {
  const opener = createOpener({ ...stack.openerOptions("care-api"), seal: null });
  const laboratory = stack.clients.find(({ name }) => name === "laboratory");
  const auth = await opener.open(await stack.machineToken("laboratory"));
  expect(auth.claims.sub).toBe(laboratory?.id);
});

test("the environment points the SDK of another process at the stack", () => {
  expect(stack.environment).toMatchObject({
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_DYNAMODB: stack.urls.dynamodb,
    AWS_ENDPOINT_URL_KMS: stack.urls.kms,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: stack.urls.cognitoIdp,
  });
});

test("whom and what the setup does not have is told by name, and nobody's email is repeated", async () => {
  await expect(stack.signIn("zoe@clinic.example")).rejects.toThrow(
    new TypeError("signIn: no person of the setup has this email"),
  );
  await expect(stack.machineToken("lab")).rejects.toThrow(
    new TypeError('machineToken: the setup has no machine "lab"'),
  );
  expect(() => stack.openerOptions("care")).toThrow(
    new TypeError('there is no resource server "care"; there are: care-api, billing-api'),
  );
});

test("tables may be given as they are; one that the map needs and nobody gave is named", async () => {
  await expect(startTestStack({ map: MAP, tables: {} })).rejects.toMatchObject({
    name: "LocalError",
    code: "TABLE_MISSING",
    message: expect.stringContaining('there is no table "clinic-staff"'),
  });
});

test("a map that has errors is refused with each of them: its place, its code, and what to write", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stack-"));
  const path = join(folder, "bad.claims.yaml");
  const map = (await readFile(MAP, "utf8")).replace("selfServiceScopes: strip", "selfServiceScope: strip");
  await writeFile(path, map);
  const place = `${map.slice(0, map.indexOf("selfServiceScope:")).split("\n").length}:5`;
  await expect(startTestStack({ map: path })).rejects.toThrow(
    new Error(
      `${path} has errors\n  ${place} CS103 unknown key \`selfServiceScope\` in profile \`clinician\`\n    fix: Write \`selfServiceScopes\`.`,
    ),
  );
  await rm(folder, { recursive: true });
});

test("a stack that is stopped is gone", async () => {
  const tables = JSON.parse(await readFile("mappings/clinic-eu.tables.json", "utf8"));
  const other = await startTestStack({ map: MAP, tables });
  await other.stop();
  await expect(fetch(other.urls.kms)).rejects.toThrow("fetch failed");
});
