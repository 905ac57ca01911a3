import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackage, type Project, root } from "./a-project.ts";

const run = promisify(execFile);
const { peerDependencies, version } = JSON.parse(await readFile("package.json", "utf8")) as {
  peerDependencies: Record<string, string>;
  version: string;
};

let project: Project;

beforeAll(async () => {
  project = await installPackage();
});

afterAll(async () => {
  await project.remove();
});

test("the tarball holds what runs, the examples and the documents, and no source or test", async () => {
  const files = await readdir(join(project.path, "node_modules/claimseal"));
  expect(files.toSorted()).toEqual(
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "dist",
      "examples",
      "mappings",
      "package.json",
      "schema",
      "serverless.yml",
      "templates",
      "vectors",
    ].toSorted(),
  );
});

test("every subpath imports, with the declared dependencies and nothing else there", async () => {
  const out = await project.node(
    "import.mjs",
    `import { createOpener, isOpenerError, OpenerError } from "claimseal/open";
     import { createTestKit, createTestOpener, mintTestToken, startTestStack } from "claimseal/testing";
     import { createTrigger, Refusal } from "claimseal/trigger";
     import { checkClaimMap, planDigest } from "claimseal/claims";
     import { simulateTokens } from "claimseal/cognito";
     import { createAttributes } from "claimseal/attributes";
     import { discloseClaims } from "claimseal/experimental";
     import { readDisclosures } from "claimseal/experimental/client";
     console.log([createOpener, isOpenerError, OpenerError, createTrigger, Refusal, checkClaimMap, planDigest, simulateTokens, createAttributes, discloseClaims, readDisclosures,
       createTestKit, createTestOpener, mintTestToken, startTestStack].map((each) => typeof each).join());`,
  );
  expect(out).toBe(Array(15).fill("function").join());
});

test("what asks chained functions imports where Lambda's client is installed, and names it where it is not", async () => {
  const source = 'import { invokeFunction } from "claimseal/chain"; console.log(typeof invokeFunction);';
  await expect(project.node("chain.mjs", source)).rejects.toThrow("Cannot find package '@aws-sdk/client-lambda'");
  await project.link("@aws-sdk/client-lambda");
  expect(await project.node("chain.mjs", source)).toBe("function");
});

test("the construct for the CDK imports and can be required where the CDK is installed", async () => {
  const source = 'import { PreTokenClaims } from "claimseal/cdk"; console.log(typeof PreTokenClaims);';
  await expect(project.node("cdk.mjs", source)).rejects.toThrow("Cannot find package 'aws-cdk-lib'");
  await project.link("aws-cdk-lib");
  await project.link("constructs");
  expect(await project.node("cdk.mjs", source)).toBe("function");
  expect(await project.node("cdk.cjs", 'console.log(typeof require("claimseal/cdk").PreTokenClaims);')).toBe(
    "function",
  );
});

test("what a service uses can be required, and its errors are the same to both kinds of import", async () => {
  const out = await project.node(
    "require.cjs",
    `const required = require("claimseal/open");
     import("claimseal/open").then((imported) => {
       const error = new required.OpenerError("SCOPE_MISSING", "");
       console.log(typeof required.createOpener, imported.isOpenerError(error), error instanceof imported.OpenerError);
     });`,
  );
  expect(out).toBe("function true false");
});

test("nothing but the documented subpaths can be imported", async () => {
  const attempt = project.node("inner.mjs", 'await import("claimseal/dist/crypto/seal-envelope.js");');
  await expect(attempt).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
});

const CONSUMER = `
import { createOpener, type Opened, type Secret } from "claimseal/open";
const opener = createOpener({
  resourceServer: "care-api", userPoolId: "eu-central-1_AbCdEfGhI", clientId: null, scope: null, map: "clinic-eu",
  seal: { mode: "envelope", keys: ["arn:aws:kms:eu-central-1:111122223333:key/1234abcd"] },
});
export async function licence(token: string): Promise<string> {
  const auth: Opened = await opener.open(token);
  const secret: Secret<unknown> | undefined = auth.sealed["licence_no"];
  // @ts-expect-error a secret is no string until it is revealed
  const leaked: string = secret;
  return String(secret?.reveal()) + leaked;
}
// @ts-expect-error every check is stated: a map, or null spelled out
export const unchecked = () => createOpener({ resourceServer: "a", userPoolId: "eu-central-1_A", clientId: null, scope: null, seal: null });
`;

const TESTS = `
import type { Opener } from "claimseal/open";
import { createTestKit, createTestOpener, type Flaw, mintTestToken, type TestKit } from "claimseal/testing";
const flaw: Flaw = "expired";
export async function opened(): Promise<unknown> {
  const kit: TestKit = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": { scopes: ["chart.read"] } } });
  const injected: Opener = kit.opener("care-api", { scope: "care-api/chart.read" });
  const typed: Opener<{ readonly clinic_id: string }, { readonly licence_no: string }> = kit.opener("care-api");
  const licence: string = (await typed.open(await kit.mint())).sealed.licence_no.reveal();
  return injected.open(await kit.mint({ sealed: { "care-api": { licence_no: licence } }, flaw }));
}
export const alone: Opener = createTestOpener({ resourceServer: "care-api", clientId: null, scope: null, map: null });
export const token: Promise<string> = mintTestToken({ sub: "u1", claims: { clinic_id: "c42" }, expiresIn: 60 });
// @ts-expect-error tokens are bad in ways that have a name
export const odd = mintTestToken({ flaw: "ugly" });
`;

/** What the compiler has to say of a file of the user's; nothing where it is right. */
async function compilerSays(file: string, source: string, module: string, resolution: string): Promise<string> {
  await writeFile(join(project.path, file), source);
  const flags = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
    "--types",
    "",
    "--module",
    module,
  ];
  const tsc = [join(root, "node_modules/typescript/lib/tsc.js"), ...flags, "--moduleResolution", resolution];
  const { stdout } = await run(process.execPath, [...tsc, "--ignoreConfig", "--skipLibCheck", file], {
    cwd: project.path,
  }).catch((error: { stdout: string }) => error);
  return stdout.trim();
}

const SETTINGS = [
  ["esnext", "bundler", "module.ts"],
  ["node16", "node16", "module.mts"],
  ["nodenext", "nodenext", "module.mts"],
  ["node16", "node16", "common.cts"],
  ["nodenext", "nodenext", "common.cts"],
] as const;
test.for(SETTINGS)("the types hold under module %s, resolution %s, in %s", async ([module, resolution, file]) => {
  expect(await compilerSays(file, CONSUMER, module, resolution)).toBe("");
});

test.for(SETTINGS)(
  "the types of the test kit hold under module %s, resolution %s, in %s",
  async ([module, resolution, file]) => {
    expect(await compilerSays(`tests-of-${file}`, TESTS, module, resolution)).toBe("");
  },
);

test.for(["README.md", "docs/how-to/open-sealed-claims.md"])("the code in %s compiles", async (page) => {
  const snippets = [...(await readFile(page, "utf8")).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(snippets).toHaveLength(1);
  const source = `declare const accessToken: string;\n${snippets.join("\n")}`;
  expect(await compilerSays("snippet.mts", source, "nodenext", "nodenext")).toBe("");
});

test("a service that is bundled to CommonJS runs", async () => {
  await writeFile(join(project.path, "service.ts"), `${CONSUMER}\nconsole.log(typeof licence);`);
  await build({
    absWorkingDir: project.path,
    entryPoints: ["service.ts"],
    outfile: "service.cjs",
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  const { stdout } = await run(process.execPath, ["service.cjs"], { cwd: project.path });
  expect(stdout.trim()).toBe("function");
});

test("the command works where it is installed: version, check, build", async () => {
  expect(await project.claimseal("--version")).toMatchObject({ exit: 0, out: version });
  const map = "node_modules/claimseal/mappings/clinic-eu.claims.yaml";
  expect(await project.claimseal("check", map, "--strict")).toMatchObject({ exit: 0, out: `${map}: no findings` });
  expect((await project.claimseal("build", map)).exit).toBe(0);
  expect((await readdir(join(project.path, ".claimseal"))).toSorted()).toEqual([
    "eu-west-1.template.json",
    "index.mjs",
    "manifest.json",
    "plan.json",
    "re2.mjs",
    "resources.json",
  ]);
});

test("an optional peer that is missing is named with the command that installs it", async () => {
  const { exit, err } = await project.claimseal("dev", "--once");
  expect(exit).toBe(3);
  expect(err).toContain(`npm install --save-dev dynalite@${peerDependencies["dynalite"]}`);
  await project.link("dynalite");
  const again = await project.claimseal("dev", "--once");
  expect(again.exit).toBe(3);
  expect(again.err).toContain(`npm install --save-dev jose@${peerDependencies["jose"]}`);
  await project.link("jose");
  expect(await project.claimseal("dev", "--once")).toMatchObject({
    exit: 0,
    out: expect.stringContaining("care-api opens"),
  });
});
