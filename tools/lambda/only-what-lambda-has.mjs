// An esbuild plugin for the Lambda bundles: leaves out the parts of the AWS SDK that a function never comes to, so that
// a cold start does not read them. `test/contract/bundled-sdk.test.ts` holds what is left to the whole SDK, and
// `test/house.test.ts` fails where a new SDK brings something back.
import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Files of the SDK, and what stands in them for us. */
const parts = [
  // Nothing is configured by files in Lambda: no profile, no home directory.
  {
    file: /\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    contents: () => `export { CONFIG_PREFIX_SEPARATOR } from "./constants";
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  // The region is in the environment, and there is no instance to ask for it.
  {
    file: /\/regionConfig\/getInstanceMetadataRegion\.js$/,
    contents: () => "export const getInstanceMetadataRegion = async () => undefined;",
  },
  // Node's own SHA-256 is always there.
  { file: /\/sha256\/Sha256Js\.js$/, contents: () => "export const Sha256Js = undefined;" },
  // Endpoints of DynamoDB are not discovered; the cache for them would be made with each client.
  { file: /\/endpoint-cache\/dist-es\/EndpointCache\.js$/, contents: () => "export class EndpointCache {}" },
  // All that is read of it is the version, for the user agent.
  {
    file: /\/client-[a-z]+\/package\.json$/,
    contents: (text) => JSON.stringify({ version: JSON.parse(text).version }),
  },
  { file: /\/client-[a-z]+\/dist-es\/schemas\/schemas_0\.js$/, contents: withoutErrors },
];

/** The name and registration of one error of a service. */
const ERROR = /export (?:const|var) (\w+\$) = \[-3, n0,[^;]*\];\s*n0_registry\.registerError\(\1, \w+\);/g;

/**
 * A service's operations without a class for each of its errors. What is not registered the SDK makes of the service's
 * base class, under the same name, which is all that is ever asked of an error here.
 */
function withoutErrors(text) {
  const less = text.replaceAll(ERROR, "");
  if (less.includes("n0_registry.registerError(")) throw new Error("errors are registered in another way");
  return less;
}

export const onlyWhatLambdaHas = {
  name: "only-what-lambda-has",
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: here("./credential-provider-node.mjs"),
    }));
    // What the protocols load for operations that stream events; ours do not.
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "event-streams", namespace: "nothing" } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "nothing" }, () => ({ contents: "export {};" }));
    for (const { file, contents } of parts) {
      build.onLoad({ filter: file }, async ({ path }) => ({
        contents: contents(await readFile(path, "utf8")),
        loader: path.endsWith(".json") ? "json" : "js",
      }));
    }
    // To import one of Node's modules loads all that it otherwise only loads when asked for, as `node:http` does
    // WebSockets and fetch (some 15 ms); to require it does not.
    build.onResolve({ filter: /^[a-z:_/]+$/, namespace: "file" }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ""), namespace: "node" } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "node" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};
