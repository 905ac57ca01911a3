import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseAliases } from "../claims/bind.ts";
import { ClaimsError } from "../claims/claims-error.ts";
import { bundleFiles, manifestOf } from "../claims/manifest.ts";
import type { Plan } from "../claims/plan.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import { deploymentFiles } from "../deploy/deployment-files.ts";
import { samTemplate } from "../deploy/sam-template.ts";
import { type StackChoice, stackTemplate } from "../deploy/stack-template.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { readHooks } from "./hooks-file.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { readMessages } from "./messages-file.ts";

/** Where the prebuilt bundle is; the same folder from `cli/` and from `dist/cli/`. */
const BUILT = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../dist/lambda" : "../lambda", import.meta.url));

/** Whole stacks, for those who deploy with neither the Serverless Framework nor the CDK. */
const TEMPLATES: Readonly<Record<string, typeof stackTemplate>> = { cloudformation: stackTemplate, sam: samTemplate };

/** What a template is for; each has the same meaning as the param of `serverless.yml`. */
const CHOICES = {
  pool: "a pool of the stack's own, or one that exists",
  tables: "the map's tables: made by the stack, or there",
  "resource-servers": "the map's resource servers: made by the stack, or there",
} as const;

/** `claimseal build MAP`: what is deployed. */
export const build: Command = {
  name: "build",
  description: "Checks a claim map and writes what is deployed: bundle, plan, policies and tables, manifest",
  args: {
    map: { type: "positional", description: "the claim map" },
    out: { type: "string", valueHint: "FOLDER", default: ".claimseal", description: "where to write" },
    hooks: {
      type: "string",
      valueHint: "FILE",
      description: "one JavaScript module that exports a function for every `custom` source",
    },
    messages: {
      type: "string",
      valueHint: "FILE",
      description: "a JSON file with your own texts for people who are refused, by language and code",
    },
    template: {
      type: "enum",
      options: Object.keys(TEMPLATES),
      description: "writes the whole stack as well, as a template of CloudFormation's own or for AWS SAM",
    },
    ...Object.fromEntries(
      Object.entries(CHOICES).map(([name, description]) => [
        name,
        { type: "enum", options: ["new", "existing"], description: `for --template: ${description}; new without it` },
      ]),
    ),
    alarms: { type: "enum", options: ["all", "none"], description: "for --template: all without it" },
    json: { type: "boolean", description: "prints the manifest as JSON on standard output" },
  },
  examples: [
    ["claimseal build mappings/clinic-eu.claims.yaml", "everything serverless.yml deploys, in .claimseal/"],
    ["claimseal build map.claims.yaml --out dist/trigger --json", "another folder; the manifest on standard output"],
    ["claimseal build map.claims.yaml --hooks dist/hooks.mjs", "with the functions behind `custom` sources"],
    ["claimseal build map.claims.yaml --messages messages.json", "with your own texts for people who are refused"],
    [
      "claimseal build map.claims.yaml --template sam --pool existing --tables existing",
      "with a template for sam deploy, for a pool and tables that are there",
    ],
  ],
  run: async (given, io) => {
    const path = given.text("map") ?? "";
    const out = given.text("out") ?? ".claimseal";
    const compiled = await compileFile(path, io);
    const texts = given.text("messages");
    const plan = texts === undefined ? compiled : { ...compiled, messages: await readMessages(compiled, texts, io) };
    const implied = impliedFiles(path, plan, templateFrom(given));
    const hooks = await readHooks(plan, given.text("hooks"), io);
    const bundle = await readBundle(plan, hooks, io);
    const manifest = manifestOf(plan, ...bundle.values());
    for (const [file, contents] of bundle) await write(io, join(out, file), contents);
    await write(io, join(out, "plan.json"), json(plan));
    for (const [file, contents] of Object.entries(implied)) await write(io, join(out, file), json(contents));
    // Last: a folder with a manifest is a whole one.
    await write(io, join(out, "manifest.json"), json(manifest));
    if (given.flag("json")) {
      io.print(JSON.stringify(manifest, null, 2));
    } else {
      io.print(
        [
          `${out}/ holds ${[...bundle.keys(), "plan.json", ...Object.keys(implied), "manifest.json"].join(", ")}`,
          `  map                    ${plan.name}@${plan.revision}`,
          "  handler                index.handler",
          `  CLAIMSEAL_PLAN_SHA256  ${manifest.planSha256}`,
        ].join("\n"),
      );
    }
    return EXIT.ok;
  },
  next: (given, exit) => {
    const map = given.text("map") ?? "-";
    const form = given.text("template") === undefined ? "serverless" : "cloudformation";
    return exit === EXIT.ok && map !== "-" ? ["claimseal", "iam", map, "--emit", form] : null;
  },
};

type Wanted = { readonly kind: string; readonly choice: StackChoice } | null;

/** @throws {CliError} exit 2 for what only a template could follow, without one. */
function templateFrom(given: Given): Wanted {
  const kind = given.text("template");
  if (kind === undefined) {
    const idle = [...Object.keys(CHOICES), "alarms"].find((name) => given.text(name) !== undefined);
    if (idle === undefined) return null;
    throw new CliError(
      EXIT.usage,
      `--${idle} goes with --template; serverless.yml takes it as --param when it deploys`,
    );
  }
  const origin = (name: keyof typeof CHOICES): StackChoice["pool"] =>
    given.text(name) === "existing" ? "existing" : "new";
  const alarms = given.text("alarms") === "none" ? "none" : "all";
  const resourceServers = origin("resource-servers");
  return { kind, choice: { pool: origin("pool"), tables: origin("tables"), resourceServers, alarms } };
}

/** What the map implies for IAM, KMS and the stack; every reason a map cannot be deployed stops the build. */
function impliedFiles(path: string, plan: Plan, wanted: Wanted): ReturnType<typeof deploymentFiles> {
  try {
    refuseAliases(plan);
    const template = wanted && TEMPLATES[wanted.kind]?.(plan, wanted.choice);
    return {
      ...deploymentFiles(plan),
      ...(template && { [`${wanted.kind}.template.json`]: template }),
    };
  } catch (error) {
    if (!(error instanceof ClaimsError || error instanceof DeployError)) throw error;
    throw new CliError(EXIT.findings, `${path}: ${error.message}`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The files that run the plan, by name, in the order of their digest: what is prebuilt, then the owner's own. */
export async function readBundle(
  plan: Plan,
  hooks: Uint8Array | null,
  io: Io,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const bundle = new Map<string, Uint8Array>();
  try {
    for (const file of bundleFiles(plan)) bundle.set(file, await io.readBytes(join(BUILT, file)));
    return hooks === null ? bundle : bundle.set("hooks.mjs", hooks);
  } catch {
    throw new CliError(EXIT.environment, "the Lambda bundle is not there; in a clone, run: npm run build");
  }
}

async function write(io: Io, path: string, contents: string | Uint8Array): Promise<void> {
  try {
    await io.writeFile(path, contents);
  } catch {
    throw new CliError(EXIT.environment, `${path}: it cannot be written`);
  }
}
