// The Lambda bundle: one file with everything on the token path and nothing else, and beside it the pattern engine, which
// only functions whose plan has patterns carry, Lambda's client, for those that chain another function, and the trigger for
// what identity providers send, which is a function of its own.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onlyWhatLambdaHas } from "./lambda/only-what-lambda-has.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** How everything for Lambda is bundled. */
export const bundleFlags = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  legalComments: "eof",
  // Some of the SDK's CommonJS parts call `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as claimsealRequire}from"node:module";const require=claimsealRequire(import.meta.url);',
  },
};

/**
 * Bundles `triggers/handler.ts` to `outfile` (only measures without one); returns esbuild's metafile, which tells what
 * went in. The handler finds the others by its own address, when it starts: those imports are left as they are.
 */
export async function bundleLambda(outfile) {
  return bundleEntry("triggers/handler.ts", "index.mjs", outfile);
}

/** Bundles `triggers/re2.ts` likewise. */
export async function bundleRe2(outfile) {
  return bundleEntry("triggers/re2.ts", "re2.mjs", outfile);
}

/** Bundles `triggers/invoke.ts` likewise. */
export async function bundleChain(outfile) {
  return bundleEntry("triggers/invoke.ts", "chain.mjs", outfile);
}

/** Bundles `triggers/federation-handler.ts` likewise. */
export async function bundleFederation(outfile) {
  return bundleEntry("triggers/federation-handler.ts", "federation.mjs", outfile);
}

async function bundleEntry(entry, name, outfile) {
  const { metafile } = await build({
    ...bundleFlags,
    banner: {},
    plugins: [onlyWhatLambdaHas],
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: outfile ?? `${root}dist/lambda/${name}`,
    write: outfile !== undefined,
    metafile: true,
  });
  return metafile;
}
