import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import type { Metafile } from "esbuild";
import { expect, test } from "vitest";
import { ENVELOPE_NAMES } from "../claims/checks/names.ts";
import { sealedBytes } from "../claims/checks/sealed-bytes.ts";
import { RESERVED_INSIDE } from "../crypto/envelope-plaintext.ts";
import { sealedSize } from "../crypto/envelope-size.ts";
import { bundleChain, bundleFederation, bundleLambda, bundleRe2 } from "../tools/bundle.mjs";

type Door = { readonly rooms: readonly string[]; readonly packages: RegExp };

/** What each room may import besides itself: other rooms, packages and Node's own modules. */
const DOORS: Readonly<Record<string, Door>> = {
  claims: { rooms: ["cognito"], packages: /^(node:crypto|@marcbachmann\/cel-js|yaml|re2js)$/ },
  cognito: { rooms: [], packages: /^$/ },
  crypto: { rooms: [], packages: /^node:(crypto|perf_hooks)$/ },
  aws: { rooms: ["claims", "crypto", "deploy", "attributes"], packages: /^(@aws-sdk\/.*|node:stream)$/ },
  triggers: { rooms: ["claims", "cognito", "crypto"], packages: /^$/ },
  "resource-server": { rooms: ["crypto", "cognito"], packages: /^(aws-jwt-verify(\/.*)?|node:(crypto|util))$/ },
  local: {
    rooms: ["claims", "cognito", "crypto", "aws", "triggers", "resource-server"],
    packages: /^(node:.*|@aws-sdk\/.*|dynalite|jose)$/,
  },
  deploy: { rooms: ["claims", "cognito"], packages: /^$/ },
  attributes: { rooms: ["claims", "cognito"], packages: /^$/ },
  experimental: { rooms: ["claims", "cognito", "crypto", "triggers"], packages: /^$/ },
  cli: {
    rooms: ["claims", "cognito", "crypto", "aws", "local", "triggers", "deploy", "attributes", "resource-server"],
    packages: /^(node:.*|citty)$/,
  },
};

/** Composition roots: they read the environment and put rooms together, so more doors are open to them. */
const ROOTS: Readonly<Record<string, Door>> = {
  "triggers/plan-beside.ts": { rooms: ["claims"], packages: /^node:fs$/ },
  "triggers/record-stdout.ts": { rooms: [], packages: /^node:fs$/ },
  "triggers/invoke.ts": { rooms: ["claims", "aws"], packages: /^$/ },
  "triggers/trigger.ts": { rooms: ["claims", "cognito", "crypto", "aws"], packages: /^node:perf_hooks$/ },
  "deploy/built-folder.ts": { rooms: ["claims"], packages: /^node:(fs|path)$/ },
  "deploy/cdk.ts": { rooms: [], packages: /^(aws-cdk-lib(\/.*)?|constructs)$/ },
  "attributes/attributes.ts": { rooms: ["claims", "cognito", "aws"], packages: /^$/ },
  "resource-server/open.ts": { rooms: ["crypto", "cognito", "aws"], packages: /^$/ },
};

/** Adapters of a service's framework: each knows its own, by its types. */
const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  "resource-server/api-gateway.ts": [],
  "resource-server/express.ts": ["express"],
  "resource-server/fastify.ts": ["fastify"],
  "resource-server/hono.ts": ["hono"],
  "resource-server/middy.ts": ["@middy/core", "aws-lambda"],
};

/** Where a process begins, and what must not begin in production. */
const READ_THE_ENVIRONMENT = [
  "attributes/attributes.ts",
  "cli/main.ts",
  "triggers/handler.ts",
  "triggers/federation-handler.ts",
  "triggers/trigger.ts",
  "local/lambda/runtime-client.ts",
  "local/testing/stack-process.ts",
  "local/testing/unit-tests.ts",
];

/** CEL and YAML belong to the build half of `claims/` alone. */
const BUILD_HALF = /^(@marcbachmann\/cel-js|yaml)$/;

/** The pattern engine is for the check, and for a bundle of its own. */
const ENGINE_FILES = ["claims/evaluate/re2-pattern.ts", "claims/language/check-pattern.ts"];

const sources = (room: string): string[] =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${room}/${file}`)
    .toSorted();

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/\b(?:from\s+|import\s*\(?\s*)"([^"]+)"/g)].map(([, specifier]) => specifier as string);
}

/** Where a relative import leads, from the project's root. */
function target(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

for (const [room, door] of Object.entries(DOORS)) {
  test(`${room}/ imports only through its doors`, () => {
    const files = sources(room);
    expect(files.length).toBeGreaterThan(0);
    const strangers = files.flatMap((file) => {
      const { rooms, packages } = ROOTS[file] ?? door;
      return importsOf(file)
        .filter((specifier) => {
          if (!specifier.startsWith(".")) return !packages.test(specifier) && !ADAPTERS[file]?.includes(specifier);
          return ![room, ...rooms].includes(target(file, specifier).split("/")[0] ?? "");
        })
        .map((specifier) => `${file} imports ${specifier}`);
    });
    expect(strangers).toEqual([]);
  });
}

/** Everything a file reaches through relative imports, itself included. */
function reach(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const specifier of importsOf(file).filter((each) => each.startsWith("."))) {
    reach(target(file, specifier), seen);
  }
  return seen;
}

test("nothing the trigger runs reaches CEL, YAML, the embedded stack or the command line", () => {
  const strangers = [...reach("triggers/handler.ts")].flatMap((file) => [
    ...(/^(local|cli|resource-server|experimental)\//.test(file) ? [file] : []),
    ...importsOf(file).filter((specifier) => BUILD_HALF.test(specifier)),
  ]);
  expect(strangers).toEqual([]);
});

test("only the check of patterns and what compiles them know their engine, and no trigger reaches either", () => {
  const knowing = sources("claims").filter((file) => importsOf(file).includes("re2js"));
  expect(knowing).toEqual(ENGINE_FILES);
  expect([...reach("triggers/handler.ts")].filter((file) => ENGINE_FILES.includes(file))).toEqual([]);
});

test("what an administrator's screen imports reaches neither CEL, YAML, the trigger nor the command line", () => {
  const strangers = [...reach("attributes/attributes.ts")].flatMap((file) => [
    ...(/^(local|cli|triggers|resource-server)\//.test(file) ? [file] : []),
    ...importsOf(file).filter((specifier) => BUILD_HALF.test(specifier)),
  ]);
  expect(strangers).toEqual([]);
});

test("what a downstream service imports reaches neither DynamoDB, the claim map nor the trigger", () => {
  const doors = ["resource-server/open.ts", ...Object.keys(ADAPTERS)];
  const strangers = doors
    .flatMap((door) => [...reach(door)])
    .flatMap((file) => [
      ...(/^(local|cli|claims|triggers)\//.test(file) ? [file] : []),
      ...importsOf(file).filter((specifier) => specifier.includes("dynamodb")),
    ]);
  expect(strangers).toEqual([]);
});

test("what a client imports for disclosures imports nothing, and no subpath but its own reaches the experiments", () => {
  expect(importsOf("experimental/read-disclosures.ts")).toEqual([]);
  const roots = ["resource-server/open.ts", "triggers/trigger.ts", "local/testing.ts", "cli/main.ts"];
  const reached = roots.flatMap((root) => [...reach(root)]).filter((file) => file.startsWith("experimental/"));
  expect(reached).toEqual([]);
});

test("adapters know their frameworks by types alone, and reach no KMS: what opens is handed to them", () => {
  for (const [adapter, frameworks] of Object.entries(ADAPTERS)) {
    const text = readFileSync(adapter, "utf8");
    const types = [...text.matchAll(/^import type [^;]+ from "([^"]+)";$/gm)].map(([, specifier]) => specifier);
    expect(types).toEqual(expect.arrayContaining([...frameworks]));
    expect([...reach(adapter)].filter((file) => file.startsWith("aws/"))).toEqual([]);
  }
});

test("only protectClaims makes safe claims", () => {
  const makers = Object.keys(DOORS)
    .flatMap(sources)
    .filter((file) => / as SafeClaims\b/.test(readFileSync(file, "utf8")));
  expect(makers).toEqual(["triggers/protect.ts"]);
});

test("only the check, and the playground, which deploys nothing, can have the plan of a map with errors", () => {
  const users = Object.keys(DOORS)
    .flatMap(sources)
    .filter((file) => importsOf(file).some((specifier) => target(file, specifier) === "claims/examine.ts"));
  expect(users).toEqual(["claims/check.ts", "local/playground/read-map.ts"]);
});

test("what goes between the playground's page and its server is types alone, for both of them", () => {
  expect(importsOf("local/playground/messages.ts")).toEqual([]);
});

test("no room but the command line prints, and only composition roots read the environment", () => {
  const offenders = Object.keys(DOORS)
    .flatMap(sources)
    .filter((file) => !READ_THE_ENVIRONMENT.includes(file))
    .filter((file) => /\bconsole\.|\bprocess\.env\b/.test(readFileSync(file, "utf8")));
  expect(offenders).toEqual([]);
});

test("there are no barrels and no rooms without a subject", () => {
  const names = Object.keys(DOORS).flatMap(sources);
  expect(names.filter((file) => /\/(index|utils?|common|helpers?|shared|types)\.ts$/.test(file))).toEqual([]);
});

test("the check and the envelope, which have no door between them, reserve the same names", () => {
  expect([...ENVELOPE_NAMES]).toEqual([...RESERVED_INSIDE]);
});

test.for(["envelope", "asymmetric", "direct"] as const)(
  "the check counts the bytes of what is sealed in mode %s as they are",
  (mode) => {
    const padded = Array.from({ length: 64 }, (_, step) => (step + 1) * 64);
    expect(padded.map((bytes) => sealedBytes(mode, bytes, "care-api"))).toEqual(
      padded.map((bytes) => sealedSize(mode, bytes)),
    );
  },
);

test("the public subpaths are the ones this list names", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, unknown> };
  expect(Object.keys(exports)).toEqual([
    "./open",
    "./express",
    "./fastify",
    "./hono",
    "./api-gateway",
    "./middy",
    "./testing",
    "./trigger",
    "./chain",
    "./claims",
    "./cognito",
    "./attributes",
    "./cdk",
    "./experimental",
    "./experimental/client",
    "./schema/*",
    "./package.json",
  ]);
});

test("at most eight packages are installed with this one", () => {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(8);
});

/** What an esbuild output holds bytes of, and how many there are in all. */
function contentsOf({ outputs }: Metafile) {
  const [output] = Object.entries(outputs).filter(([file]) => !file.endsWith(".txt"));
  const { bytes, exports, imports, inputs } = output?.[1] ?? {
    bytes: Number.NaN,
    exports: [],
    imports: [],
    inputs: {},
  };
  const files = Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0);
  return { bytes, exports, imports, files, nodes: files.filter((file) => file.startsWith("node:")).toSorted() };
}

/** Parts of the AWS SDK that a function in Lambda has no use for. */
const NOT_IN_LAMBDA =
  /credential-provider|nested-clients|token-providers|imds|event-streams\/|xml|mnemonist|Sha256Js|bowser/;

test("the Lambda bundle holds the token path and nothing else, in at most 256 KiB", async () => {
  const { bytes, files, imports } = contentsOf(await bundleLambda(undefined));
  expect(
    files.filter((file) =>
      /cel-js|node_modules\/(yaml|re2js)|dynalite|jose|citty|^(local|cli|resource-server)\//.test(file),
    ),
  ).toEqual([]);
  expect(files).toContain("triggers/handler.ts");
  // What lies beside it is imported by an address that is made at the start.
  expect(imports).toEqual([]);
  expect(bytes).toBeLessThan(256 * 1024);
});

test("what is bundled for Lambda looks for credentials only where Lambda has them, and takes of Node what it needs", async () => {
  const { files, nodes } = contentsOf(await bundleLambda(undefined));
  expect(files.filter((file) => NOT_IN_LAMBDA.test(file))).toEqual(["tools/lambda/credential-provider-node.mjs"]);
  expect(files).toContain("aws/lambda-credentials.ts");
  // `fs` is for the plan, which lies beside the bundle; `os` and `process` are for the user agent.
  const nodesOf = ["async_hooks", "crypto", "fs", "http", "https", "os", "perf_hooks", "process", "stream"];
  expect(nodes).toEqual(nodesOf.map((name) => `node:${name}`));
});

test("the pattern engine is a bundle of its own and holds nothing else, in at most 160 KiB", async () => {
  const { inputs, outputs } = await bundleRe2(undefined);
  expect(Object.keys(inputs).toSorted()).toEqual([
    "claims/evaluate/re2-pattern.ts",
    "node_modules/re2js/build/index.js",
    "triggers/re2.ts",
  ]);
  const [output] = Object.values(outputs);
  expect(output?.exports).toEqual(["compilePattern"]);
  expect(output?.bytes).toBeLessThan(160 * 1024);
});

test("Lambda's client is a bundle of its own, and of ours it holds what asks by it and nothing else, in at most 210 KiB", async () => {
  const { bytes, exports, files } = contentsOf(await bundleChain(undefined));
  expect(files.filter((file) => /^(?!node_modules\/|node:|nothing:)/.test(file)).toSorted()).toEqual([
    "aws/abort-watch.ts",
    "aws/after.ts",
    "aws/invoke-function.ts",
    "aws/lambda-client.ts",
    "aws/lambda-credentials.ts",
    "crypto/await-with-signal.ts",
    "tools/lambda/credential-provider-node.mjs",
    "triggers/invoke.ts",
  ]);
  expect(exports).toEqual(["invokeFunction"]);
  expect(bytes).toBeLessThan(210 * 1024);
});

test("the trigger for identity providers is a bundle of its own that asks nobody, in at most 32 KiB", async () => {
  const { bytes, exports, files, imports, nodes } = contentsOf(await bundleFederation(undefined));
  expect(files.filter((file) => /^(node_modules|aws|crypto|local|cli)\//.test(file))).toEqual([]);
  expect(nodes).toEqual(["node:crypto", "node:fs"]);
  expect([exports, imports]).toEqual([["handler"], []]);
  expect(bytes).toBeLessThan(32 * 1024);
});
