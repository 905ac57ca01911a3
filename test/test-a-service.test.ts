// What an API developer does, with the package and one page of documentation and without a network: every file of the
// page is written as it stands there, and run.
import { execFile } from "node:child_process";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPackage, type Project } from "./a-project.ts";

const run = promisify(execFile);
const PAGE = "docs/how-to/test-a-service.md";

let project: Project;
const files = new Map<string, string>();

beforeAll(async () => {
  project = await installPackage();
  await project.link("express");
  for (const [, file = "", code = ""] of (await readFile(PAGE, "utf8")).matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    files.set(file, code);
    await writeFile(join(project.path, file), code);
  }
  for (const file of ["clinic-eu.claims.yaml", "clinic-eu.dev.json", "clinic-eu.tables.json"]) {
    await copyFile(join("mappings", file), join(project.path, file));
  }
});
afterAll(async () => {
  await project.remove();
});

/** Runs test files with Node's own runner; AWS is out of reach, by its endpoints and its credentials. */
async function tested(...names: readonly string[]): Promise<{ readonly passed: number; readonly failed: number }> {
  const nowhere = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_EC2_METADATA_DISABLED: "true" };
  const env = { ...nowhere, PATH: process.env["PATH"], HOME: project.path };
  const argv = ["--test", "--test-reporter=tap", ...names];
  const { stdout } = await run(process.execPath, argv, { cwd: project.path, env }).catch(
    (error: { readonly stdout: string }) => error,
  );
  const count = (of: string): number => Number(new RegExp(`^# ${of} (\\d+)$`, "m").exec(stdout)?.[1] ?? Number.NaN);
  return { passed: count("pass"), failed: count("fail") };
}

describe("the page on testing a service", () => {
  test("leads from nothing to a first opened claim in the tests of an Express service", async () => {
    expect([...files.keys()]).toEqual(["app.js", "app.test.js", "map.test.js", "opener.test.js", "stack.test.js"]);
    expect(await tested("app.test.js")).toEqual({ passed: 3, failed: 0 });
    expect(await tested("opener.test.js")).toEqual({ passed: 1, failed: 0 });
  });

  test("holds the names in tokens to a plan that the command has built", async () => {
    expect((await project.claimseal("build", "clinic-eu.claims.yaml")).exit).toBe(0);
    expect(await tested("map.test.js")).toEqual({ passed: 1, failed: 0 });
  });

  test("names the packages that the stack needs, and with them the whole token path runs", async () => {
    const start = 'import { startTestStack } from "claimseal/testing";';
    const asked = `${start} await startTestStack({ map: "clinic-eu.claims.yaml" }).catch((error) => console.log(error.message));`;
    expect(await project.node("missing.mjs", asked)).toContain("npm install --save-dev dynalite@");
    await project.link("dynalite");
    expect(await project.node("missing.mjs", asked)).toContain("npm install --save-dev jose@");
    await project.link("jose");
    expect(await tested("stack.test.js")).toEqual({ passed: 1, failed: 0 });
  });

  test("lists every flaw with the code that its kit says", async () => {
    const rows = [...(await readFile(PAGE, "utf8")).matchAll(/^\| (`[^|]+`) \| `([A-Z_]+)`[^|]*\|$/gm)];
    const told = rows.flatMap(([, flaws = "", code = ""]) =>
      [...flaws.matchAll(/`([a-z-]+)`/g)].map(([, flaw = ""]) => [flaw, code] as const),
    );
    const { FLAWS } = await import("../local/testing.ts");
    expect(Object.fromEntries(told)).toEqual(FLAWS);
  });

  test("shows a token by hand: minted, looked into, and taken by an opener with the same keys", async () => {
    const { exit, out, err } = await project.claimseal("mint", "clinic-eu.claims.yaml", "--client", "web1");
    expect(exit).toBe(0);
    expect(err).toContain("TEST TOKEN");
    await writeFile(join(project.path, "token.txt"), out);
    expect((await project.claimseal("inspect", "token.txt")).out).toContain("sealed, version 1, mode envelope");
    const opened = await project.node(
      "by-hand.mjs",
      `import { readFileSync } from "node:fs";
       import { createTestOpener } from "claimseal/testing";
       const issuer = JSON.parse(readFileSync("test-issuer.json", "utf8"));
       const opener = createTestOpener({ resourceServer: "care-api", clientId: "web1", scope: null, map: "clinic-eu", issuer });
       const { claims, sealed } = await opener.open(readFileSync("token.txt", "utf8").trim());
       console.log(claims.client_id, Object.keys(sealed).length > 0);`,
    );
    expect(opened).toBe("web1 true");
  });
});

/** The kit as CommonJS has it, stack included. */
const REQUIRED = `
const { createTestKit, startTestStack } = require("claimseal/testing");
const { createOpener } = require("claimseal/open");
(async () => {
  const kit = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": { scopes: ["chart.read"] } } });
  const token = await kit.mint({ sealed: { "care-api": { licence_no: "DE-1" } } });
  const auth = await kit.opener("care-api").open(token);
  const stack = await startTestStack({ map: "clinic-eu.claims.yaml" });
  const { accessToken } = await stack.signIn("anna@clinic.example");
  const opened = await createOpener(stack.openerOptions("care-api")).open(accessToken);
  await stack.stop();
  console.log(auth.sealed.licence_no.reveal(), opened.sealed.licence_no.reveal());
})();
`;

test("what is required works as what is imported, the stack too", async () => {
  await Promise.all(["dynalite", "jose"].map((name) => project.link(name).catch(() => {})));
  expect(await project.node("required.cjs", REQUIRED)).toBe("DE-1 DE-48213377");
});

test("the kit and the stack run under vitest", async () => {
  await Promise.all(["dynalite", "jose", "vitest"].map((name) => project.link(name).catch(() => {})));
  const { map = "", stack = "" } = Object.fromEntries(
    [...files].map(([file, code]) => [file.split(".")[0] ?? "", code.replace("node:test", "vitest")]),
  );
  await writeFile(join(project.path, "map.spec.js"), map);
  await writeFile(join(project.path, "stack.spec.js"), stack);
  const vitest = join(project.path, "node_modules/vitest/vitest.mjs");
  const argv = [vitest, "run", "--root", project.path, "--reporter=json", "map.spec.js", "stack.spec.js"];
  const { stdout } = await run(process.execPath, argv, { cwd: project.path, env: { PATH: process.env["PATH"] } });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 2, numFailedTests: 0 });
});

test("tests that are bundled to CommonJS run, and are told what a bundle cannot hold", async () => {
  const source = `
    import { createTestKit, startTestStack } from "claimseal/testing";
    (async () => {
      const kit = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": {} } });
      const auth = await kit.opener("care-api").open(await kit.mint({ sealed: { "care-api": { licence_no: "DE-1" } } }));
      const message = await startTestStack({ map: "clinic-eu.claims.yaml" }).catch((error) => error.message);
      console.log(auth.sealed.licence_no.reveal(), message);
    })();`;
  await writeFile(join(project.path, "bundled.ts"), source);
  await build({
    absWorkingDir: project.path,
    entryPoints: ["bundled.ts"],
    outfile: "bundled.cjs",
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  const { stdout } = await run(process.execPath, ["bundled.cjs"], { cwd: project.path });
  expect(stdout.trim()).toBe("DE-1 the stack is not there: leave claimseal/testing out of bundles");
});
