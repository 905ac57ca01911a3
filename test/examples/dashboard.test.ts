import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ran } from "../cli/recorded-io.ts";
import { followTutorial } from "./tutorial-edits.ts";

const FOLDER = "examples/react-dashboard";
const HERE = `${import.meta.dirname}/../../${FOLDER}`;
const MAP = `${FOLDER}/map/dashboard.claims.yaml`;
const TESTS = `${FOLDER}/map/dashboard.claims.test.yaml`;

const sources = readdirSync(`${FOLDER}/src`)
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => [file, readFileSync(`${FOLDER}/src/${file}`, "utf8")] as const);

test("the dashboard's map passes a strict check, and its tests show all there is to show", async () => {
  const checked = await ran(["check", MAP, "--strict"]);
  expect(checked.out).not.toMatch(/^ +(error|warning)/m);
  const tested = await ran(["test", TESTS, "--coverage", "--threshold", "100"]);
  expect(tested.out).toMatch(/in all {8}100 %[\s\S]*\n\d+ passed$/);
  expect([checked.exit, tested.exit]).toEqual([0, 0]);
});

test("the types of its claims are those of its map", async () => {
  const { written } = await ran(["types", MAP, "--out", "claims.gen.ts"]);
  const [text = ""] = written.values();
  expect(readFileSync(`${FOLDER}/src/claims.gen.ts`, "utf8").trimEnd()).toBe(String(text).trimEnd());
});

test("its own dependencies are pinned, and the lock file says what they are and not where they came from", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8"));
  for (const version of Object.values({ ...dependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
  const { packages } = JSON.parse(readFileSync(`${FOLDER}/package-lock.json`, "utf8")) as {
    packages: { [path: string]: { resolved?: string; integrity?: string } };
  };
  const { "": root, ...installed } = packages;
  expect(root).toMatchObject({ dependencies, devDependencies });
  expect(Object.keys(installed).length).toBeGreaterThan(100);
  for (const [path, { resolved, integrity }] of Object.entries(installed)) {
    expect([path, resolved, integrity]).toEqual([path, undefined, expect.stringMatching(/^sha512-/)]);
  }
});

test("one file of the page sends tokens, and none writes to the console or to localStorage", () => {
  const having = (what: RegExp): string[] => sources.filter(([, text]) => what.test(text)).map(([file]) => file);
  expect(sources.length).toBeGreaterThan(15);
  expect(having(/authorization|bearer/i)).toEqual(["api.ts"]);
  expect(having(/\bconsole\.\w|\.localStorage|dangerouslySetInnerHTML/)).toEqual([]);
});

test("the page lets its own scripts run and talks to its own origin", () => {
  const [, list = ""] =
    /"content-security-policy": \[([^\]]*)\]/.exec(readFileSync(`${FOLDER}/server/page.js`, "utf8")) ?? [];
  const policy = Object.fromEntries([...list.matchAll(/"([\w-]+) ([^"]*)"/g)].map(([, name, value]) => [name, value]));
  expect(policy).toMatchObject({ "default-src": "'none'", "script-src": "'self'", "connect-src": "'self'" });
  expect(list).not.toMatch(/unsafe|\*|https?:/);
});

test("following the tutorial, the first claim reaches both tokens, and the second is a leak until it is sealed", async () => {
  const { first, leak, sealed } = followTutorial();
  const check = (map: string) => ran(["check", MAP, "--strict"], { [MAP]: map });
  expect(await check(first.map)).toMatchObject({ exit: 0 });
  const leaking = await check(leak.map);
  expect([leaking.exit, leaking.out]).toEqual([5, expect.stringMatching(/^ +error CS401/m)]);
  expect(await check(sealed.map)).toMatchObject({ exit: 0 });

  const { "clinic-staff": staff, "clinic-posts": posts } = JSON.parse(sealed.tables);
  const sub = staff[0].pk.slice("STAFF#".length);
  const tests = readFileSync(TESTS, "utf8")
    .replace(/tables:[\s\S]*/, "")
    .concat(
      `tables: ${JSON.stringify({ staff, posts })}\n`,
      `cases:\n  - name: Anna\n    event: { client: dashboard1, sub: ${sub}, scopes: [openid] }\n    expect:\n`,
      "      access: { ward: cardiology }\n      id: { ward: cardiology }\n      absent: { access: [pager], id: [pager] }\n",
      "      opened:\n",
      '        care-api: { legal_name: Dr. Anna Testmann, licence_no: DE-48213377, pager: "+49 30 5550123" }\n',
      "        billing-api: { legal_name: Dr. Anna Testmann, payroll_no: PR-000417 }\n",
    );
  const tested = await ran(["test", TESTS], { [MAP]: sealed.map, [TESTS]: tests });
  expect(tested.out).toMatch(/\n1 passed$/);
});

test("its start reads its ports and its map, and says what is wrong with them", async () => {
  const { readOptions } = (await import(`${HERE}/server/options.js`)) as {
    readOptions: (argv: readonly string[]) => object;
  };
  expect(readOptions([])).toMatchObject({ ports: { page: 5173, care: 0, billing: 0 }, json: false });
  expect(readOptions(["--port", "5174", "--care-port=3001", "--map", "/maps"])).toMatchObject({
    ports: { page: 5174, care: 3001 },
    map: "/maps",
  });
  const wrong = (argv: readonly string[]) => {
    try {
      return readOptions(argv);
    } catch (error) {
      const { code, exit, message } = error as { code: string; exit: number; message: string };
      return { code, exit, message };
    }
  };
  const usage = { code: "USAGE", exit: 2 };
  expect(wrong(["--port", "0"])).toEqual({ ...usage, message: "USAGE: --port: expected a number from 1 to 65535" });
  expect(wrong(["--care-port", "5173"])).toEqual({ ...usage, message: "USAGE: port 5173 is asked for twice" });
  expect(wrong(["--colour"])).toEqual({
    ...usage,
    message: "USAGE: Unknown option '--colour'; npm start -- --help lists the options",
  });
});

test("started before its packages are there, it says which commands to type", () => {
  const clone = mkdtempSync(join(tmpdir(), "claimseal-clone-"));
  try {
    const file = join(clone, FOLDER, "server/installed.js");
    cpSync(`${HERE}/server/installed.js`, file);
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect([status, stderr]).toEqual([
      3,
      "NOT_INSTALLED: at the top of the repository, first: npm ci && npm ci --prefix examples/react-dashboard\n",
    ]);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});

test("its one origin hands the APIs' and the pool's paths on, and keeps the page's", async () => {
  type Routes = (url: string) => string | null | undefined;
  const { routesTo } = (await import(`${HERE}/server/forward.js`)) as {
    routesTo: (servers: { care: string; billing: string; pool: string } | null) => Routes;
  };
  const to = routesTo({ care: "http://care", billing: "http://billing", pool: "http://pool" });
  expect(["/care-api/seen", "/billing-api/invoices?x=1", "/cognito-idp"].map(to)).toEqual([
    "http://care/seen",
    "http://billing/invoices?x=1",
    "http://pool/",
  ]);
  const paths = ["/oauth2/authorize?a=b", "/oauth2/token", "/login?a=b", "/logout?a=b"];
  expect(paths.map(to)).toEqual(paths.map((path) => `http://pool${path}`));
  expect(["/", "/?code=1", "/src/main.tsx", "/care-apis", "/login.css", "/oauth2"].map(to)).toEqual(
    Array(6).fill(null),
  );
  expect(["/", "/care-api/seen", "/login"].map(routesTo(null))).toEqual([null, undefined, undefined]);
});

test("every link of its page, and of the APIs', leads somewhere", () => {
  const links = [FOLDER, "examples/apis"].flatMap((folder) =>
    [...readFileSync(`${folder}/README.md`, "utf8").matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => `${folder}/${to}`),
  );
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
