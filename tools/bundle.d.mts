import type { Metafile } from "esbuild";

export function bundleLambda(outfile: string | undefined): Promise<Metafile>;
