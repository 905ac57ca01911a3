import type { BuildOptions, Metafile } from "esbuild";

export const bundleFlags: BuildOptions;

export function bundleLambda(outfile: string | undefined): Promise<Metafile>;
export function bundleRe2(outfile: string | undefined): Promise<Metafile>;
export function bundleChain(outfile: string | undefined): Promise<Metafile>;
export function bundleFederation(outfile: string | undefined): Promise<Metafile>;
