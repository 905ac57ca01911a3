// Where the processor's time of a sign-in goes: V8's own profile of the token path, warm, mode `envelope`, by the room or
// package whose code was running. The bundle is built without minifying, so that its parts can be told apart.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onlyWhatLambdaHas } from "../../tools/lambda/only-what-lambda-has.mjs";
import { bundleOurs, environmentOf, keysFor, ourFlags, startWorker } from "../contenders.mjs";
import { partsOf, sharesOf } from "../profile-shares.mjs";
import { scenario } from "../scenario.mjs";
import { startStandIn } from "../stand-in.mjs";
import { KMS_MS, TABLE_MS } from "./issue.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function run({ quick, say }) {
  const signIns = quick ? 100 : 3_000;
  const aws = await startStandIn({ tableMs: TABLE_MS, kmsMs: KMS_MS });
  const folder = await mkdtemp(join(tmpdir(), "claimseal-profile-"));
  const asked = scenario();
  const bundle = await bundleOurs(asked);
  try {
    await build({
      ...ourFlags,
      banner: {},
      minify: false,
      plugins: [onlyWhatLambdaHas],
      absWorkingDir: root,
      entryPoints: ["triggers/handler.ts"],
      outfile: join(bundle.directory, bundle.bundle),
      logLevel: "error",
    });
    for (const [name, rows] of Object.entries(asked.tables)) await aws.ask("rows", { name, rows });
    const keys = await keysFor(aws, asked);
    const environment = environmentOf(await aws.ask("urls"), keys, asked, bundle.sha256);
    const worker = await startWorker(bundle, environment, ["--cpu-prof", `--cpu-prof-dir=${folder}`]);
    say("sign-ins under V8's profiler");
    await worker.ask("call", signIns);
    await worker.end();
    const [file] = readdirSync(folder);
    const profile = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const parts = partsOf(readFileSync(join(bundle.directory, bundle.bundle), "utf8"));
    return { signIns, shares: sharesOf(profile, bundle.bundle, parts) };
  } finally {
    await aws.stop();
    await bundle.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
