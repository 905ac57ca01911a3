// The Lambda bundle: one file, everything on the token path and nothing else.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** How everything for Lambda is bundled. */
export const bundleFlags = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  legalComments: "linked",
  // Some of the SDK's CommonJS parts call `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as claimsealRequire}from"node:module";const require=claimsealRequire(import.meta.url);',
  },
};

/**
 * Bundles `triggers/handler.ts` to `outfile` (only measures without one); returns esbuild's metafile, which tells what
 * went in.
 */
export async function bundleLambda(outfile) {
  const { metafile } = await build({
    ...bundleFlags,
    absWorkingDir: root,
    entryPoints: ["triggers/handler.ts"],
    outfile: outfile ?? `${root}dist/lambda/index.mjs`,
    write: outfile !== undefined,
    metafile: true,
  });
  return metafile;
}
