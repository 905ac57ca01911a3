// Everything that issues a token's claims, each as a bundle in a folder of its own and in a process of its own.
import { fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkClaimMap } from "../dist/claims/check.js";
import { writeFunctionDirectory } from "../dist/local/function-directory.js";
import { bundleFlags } from "../tools/bundle.mjs";
import { answering } from "./commands.mjs";
import { FROZEN, PEERS } from "./peer-list.mjs";
import { event, REGION, scenario } from "./scenario.mjs";
import { SOMEONE } from "./stand-in.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

export const MODES = ["envelope", "asymmetric", "direct"];

/** Bundles a peer as `flags` say; gives the folder and the file's name in it. */
export async function bundlePeer(file, flags = FROZEN, outfile = "index.js") {
  const directory = await mkdtemp(join(tmpdir(), "claimseal-bench-"));
  await build({
    ...flags,
    absWorkingDir: root,
    entryPoints: [`${root}bench/peers/${file}`],
    outfile: join(directory, outfile),
    logLevel: "error",
  });
  return { directory, bundle: outfile, remove: () => rm(directory, { recursive: true, force: true }) };
}

export const ourFlags = bundleFlags;

/** claimseal's own bundle with the plan of a scenario. */
export async function bundleOurs({ map }) {
  const { plan, findings } = checkClaimMap(map, { format: "json" });
  if (plan === null) throw new Error(`a scenario's map has errors: ${JSON.stringify(findings, null, 2)}`);
  const { path, manifest, remove } = await writeFunctionDirectory(plan);
  return { directory: path, bundle: "index.mjs", remove, plan, sha256: manifest.planSha256 };
}

export function bytesOf({ directory, bundle }) {
  return statSync(join(directory, bundle)).size;
}

/**
 * Keys for a scenario, one per resource server: KMS's, with a wrapped data key for who keeps one; or, with `ownKeys`, the
 * public half of a pair that the service holds itself.
 */
export async function keysFor(aws, { serverNames, mode }, ownKeys = false) {
  return Promise.all(
    serverNames.map(async () => {
      if (ownKeys) return ownKey();
      if (mode === "asymmetric") return { arn: await aws.ask("createKey", { spec: "ECC_NIST_P256" }) };
      const arn = await aws.ask("createKey", {});
      const body = { KeyId: arn, KeySpec: "AES_256" };
      const { CiphertextBlob } = await aws.ask("kms", { target: "GenerateDataKey", body });
      return { arn, wrapped: CiphertextBlob };
    }),
  );
}

function ownKey() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    arn: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** What handlers find in their environment; nothing of this process's own. */
export function environmentOf({ tableUrl, kmsUrl }, keys, { names, serverNames }, sha256, caller = SOMEONE) {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: caller,
    AWS_SECRET_ACCESS_KEY: "something",
    AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
    AWS_ENDPOINT_URL_KMS: kmsUrl,
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    CLAIMS: names.join(" "),
    SERVERS: serverNames.join(" "),
    CLAIMS_KEY_ARN: keys[0].arn,
    ...Object.fromEntries(keys.flatMap(({ arn, wrapped }, index) => variablesOf(index + 1, arn, wrapped))),
    ...(sha256 && { CLAIMSEAL_PLAN_SHA256: sha256 }),
  };
}

function variablesOf(number, arn, wrapped) {
  return [[`KEY_${number}`, arn], ...(wrapped ? [[`WRAPPED_${number}`, wrapped]] : [])];
}

/** Starts a process for a bundle; `ask("call", times)` calls its handler. What it prints goes nowhere, by a pipe. */
export async function startWorker({ directory, bundle }, environment, args = []) {
  const eventFile = join(directory, "bench-event.json");
  await writeFile(eventFile, JSON.stringify(event));
  const child = fork(fileURLToPath(new URL("worker.mjs", import.meta.url)), [join(directory, bundle)], {
    env: { ...environment, BENCH_EVENT: eventFile },
    execArgv: args,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text) => {
    printed = `${printed}${text}`.slice(-2000);
  });
  return answering(child).catch((error) => {
    throw new Error(`${error.message}: ${printed}`);
  });
}

/**
 * Everything of a table, started: claimseal in the modes asked for and the peers, each with keys of its own and, where
 * they are `apart`, an access key of its own, so that what each asks is counted apart. Stop them with `stop`.
 */
export async function startContenders(
  aws,
  { peers = Object.keys(PEERS), modes = MODES, apart = false, ...wanted } = {},
) {
  const urls = await aws.ask("urls");
  const started = [];
  const start = async (name, asked, bundle) => {
    const { tables } = asked;
    for (const [table, rows] of Object.entries(tables)) await aws.ask("rows", { name: table, rows });
    const keys = await keysFor(aws, asked);
    const caller = apart ? `caller${started.length}` : SOMEONE;
    const worker = await startWorker(bundle, environmentOf(urls, keys, asked, bundle.sha256, caller));
    started.push({ name, caller, scenario: asked, keys, bundle, worker, urls });
  };
  for (const mode of modes) {
    const asked = scenario({ ...wanted, mode });
    await start(`claimseal, ${mode}`, asked, await bundleOurs(asked));
  }
  for (const name of peers) await start(name, scenario(wanted), await bundlePeer(PEERS[name]));
  return {
    started,
    stop: async () => {
      for (const { worker, bundle } of started) {
        await worker.stop();
        await bundle.remove();
      }
    },
  };
}
