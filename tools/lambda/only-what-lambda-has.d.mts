import type { Plugin } from "esbuild";

export const onlyWhatLambdaHas: Plugin;
