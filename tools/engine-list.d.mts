export type EngineName =
  | "dynoxide"
  | "dynamodb-local"
  | "node22"
  | "node24"
  | "ric"
  | "amplify-backend"
  | "yaml-language-server";
export type Engine = { readonly package: string; readonly version: string; readonly file: string };

export const engines: { readonly [name in EngineName]: Engine };
export const enginesFolder: string;
export function engineFile(name: EngineName): string | null;
