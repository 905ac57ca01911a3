import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

const SERVICE = [
  'with a token: 200 {"clinic":"c42","signedBy":"Anna Testmann"}',
  'without: 401 {"error":"TOKEN_INVALID"}',
  'with an ID token: 401 {"error":"TOKEN_USE"}',
];
const SERVER = [...SERVICE, 'without the scope to write: 403 {"error":"SCOPE_MISSING"}'];

const CHART =
  '{"clinic":"c42","rows":[{"id":"C-1001","ward":"cardiology","title":"Echocardiogram, control"},{"id":"C-1002","ward":"cardiology","title":"Admission"}],"signedBy":"Dr. Anna Testmann"}';
const INVOICE =
  '{"clinic":"c42","rows":[{"id":"I-310","title":"Echocardiograms, November","amount":"1 840 EUR"},{"id":"I-311","title":"Admissions, November","amount":"620 EUR"}],"signedBy":"Dr. Anna Testmann"}';

const SAYS: Readonly<Record<string, readonly string[]>> = {
  "api-gateway": [
    'with a token: Allow {"clinic_id":"c42"}, {"isAuthorized":true,"context":{"clinic_id":"c42"}}',
    'without the scope: Deny {}, {"isAuthorized":false,"context":{}}',
    'with an ID token: Error: Unauthorized null, "Error: Unauthorized"',
  ],
  apis: [
    `care-api, with an access token: 200 ${CHART}`,
    `billing-api, with the same one: 200 ${INVOICE}`,
    'billing-api, without its scope: 403 {"error":"SCOPE_MISSING"}',
    'care-api, with an ID token: 401 {"error":"TOKEN_USE"}',
    'billing-api, with an ID token: 401 {"error":"TOKEN_USE"}',
  ],
  express: SERVER,
  fastify: SERVER,
  hono: SERVER,
  lambda: SERVICE,
  middy: SERVICE,
};

test.for(Object.entries(SAYS))("the example for %s runs without AWS", async ([name, lines]) => {
  const { stdout, stderr } = await run(process.execPath, [`examples/${name}/try.js`]);
  expect(stdout.trimEnd().split("\n")).toEqual(lines);
  expect(stderr).toBe("");
});

test("every example of an adapter is run here, and reads its configuration from the environment alone", () => {
  const examples = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const adapters = examples
    .map(({ name }) => name)
    .filter((name) => readdirSync(`examples/${name}`).includes("try.js"));
  expect(adapters.toSorted()).toEqual(Object.keys(SAYS).toSorted());
  for (const name of adapters) {
    const files = readdirSync(`examples/${name}`, { recursive: true, encoding: "utf8" });
    const roots = files.filter((file) => /(^|\/)(server|handlers?)\.js$/.test(file));
    expect(roots).not.toEqual([]);
    for (const root of roots) {
      const text = readFileSync(`examples/${name}/${root}`, "utf8");
      expect(text).toMatch(/userPoolId: USER_POOL_ID,\n {2}clientId: \[WEB_CLIENT_ID\],/);
      expect(text).not.toMatch(/arn:aws|testing/);
    }
  }
});

test.for([
  ["express/app.js", "open-in-express"],
  ["fastify/app.js", "open-in-fastify"],
  ["hono/app.js", "open-in-hono"],
  ["middy/charts.js", "open-in-middy"],
  ["lambda/charts.js", "open-behind-api-gateway"],
  ["api-gateway/authorizers.js", "open-behind-api-gateway"],
])("examples/%s is what its page shows", ([file, page]) => {
  const text = readFileSync(`docs/how-to/${page}.md`, "utf8");
  expect(text).toContain(`\`\`\`js\n${readFileSync(`examples/${file}`, "utf8")}\`\`\``);
});
