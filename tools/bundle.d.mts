import type { Metafile } from "esbuild";

export function bundleLambda(outfile: string | undefined): Promise<Metafile>;
export function bundleRe2(outfile: string | undefined): Promise<Metafile>;
export function bundleChain(outfile: string | undefined): Promise<Metafile>;
