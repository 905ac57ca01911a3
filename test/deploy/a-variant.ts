import { execFile } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { writeBuilt } from "./a-built-folder.ts";
import { examplePlan, MAPS } from "./a-deployment.ts";

/** A map with a pool, tables and resource servers of its own, or with those that exist. */
export type Variant = { readonly map: (typeof MAPS)[number]; readonly pool: "new" | "existing" };

/** Every map with every pool. */
export const EVERY: readonly Variant[] = MAPS.flatMap((map) =>
  (["new", "existing"] as const).map((pool): Variant => ({ map, pool })),
);

/** Packaging takes seconds, so all of them are for CI: CLAIMSEAL_DEPLOY=all. */
export const isEveryVariant: boolean = process.env["CLAIMSEAL_DEPLOY"] === "all";

export type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: { readonly [name: string]: unknown };
};

export type Template = {
  readonly Resources: { readonly [id: string]: Resource };
  readonly Parameters?: { readonly [id: string]: unknown };
  readonly Conditions: { readonly [id: string]: unknown };
  readonly Outputs: { readonly [id: string]: { readonly Value: unknown } };
};

export const folderOf = (root: string, { map, pool }: Variant): string => join(root, `${map}-${pool}`);

export const templateFile = (root: string, variant: Variant): string =>
  join(folderOf(root, variant), ".serverless/cloudformation-template-update-stack.json");

/** What `osls package` made of a variant. */
export const templateOf = (root: string, variant: Variant): Template =>
  JSON.parse(readFileSync(templateFile(root, variant), "utf8")) as Template;

/** The one alias or function of a template; the framework gives a version another id each time. */
export function idOf({ Resources }: Template, type: string): string {
  const ids = Object.keys(Resources).filter((id) => Resources[id]?.Type === type);
  if (ids.length !== 1) throw new Error(`there are ${ids.length} resources of type ${type}`);
  return ids[0]!;
}

/** A folder as a user has it before packaging: the service's file, and what the build wrote. */
export function prepare(root: string, variant: Variant): void {
  const folder = folderOf(root, variant);
  writeBuilt(join(folder, ".claimseal"), examplePlan(variant.map));
  copyFileSync("serverless.yml", join(folder, "serverless.yml"));
}

const OSLS = resolve("node_modules/osls/bin/serverless.js");

/** `osls` with nothing in its environment but what a map asks for: no credentials, no region, no proxy. */
export function osls(
  folder: string,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(process.execPath, [OSLS, ...argv], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...environment },
  });
}
