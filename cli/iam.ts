import { isDeepStrictEqual } from "node:util";
import { refuseAliases } from "../claims/bind.ts";
import { ClaimsError } from "../claims/claims-error.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import {
  cloudFormationPolicies,
  finalPolicies,
  type Place,
  serverlessPolicies,
  statedRegion,
  type Wanted,
} from "../deploy/policies-emitted.ts";
import { sealedServers } from "../deploy/sealed-servers.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { printOrWrite, readJson } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { assignments } from "./preview.ts";
import { requireName } from "./require-name.ts";

type Emit = (wanted: Wanted, given: Given, io: Io) => unknown;

const EMIT: Readonly<Record<string, Emit>> = {
  serverless: serverlessPolicies,
  cloudformation: cloudFormationPolicies,
  json: (wanted, given, io) => finalPolicies(wanted, placeOf(wanted, given, io)),
};

/** `claimseal iam MAP`: what a map allows whom. */
export const iam: Command = {
  name: "iam",
  description: "Writes the policies that follow from a claim map: of the trigger, of each reader, of each key",
  args: {
    map: { type: "positional", description: "the claim map; - is standard input" },
    emit: {
      type: "enum",
      options: Object.keys(EMIT),
      default: "json",
      description: "for a serverless.yml, as a CloudFormation template, or everything filled in",
    },
    "resource-server": {
      type: "string",
      valueHint: "NAME",
      description: "for the readers of this API alone: what opens its own envelopes",
    },
    out: { type: "string", valueHint: "FILE", description: "where to write; without it, standard output" },
    check: {
      type: "string",
      valueHint: "FILE",
      description: "writes nothing; ends with 1 where FILE does not say the same, however it is laid out",
    },
    account: { type: "string", valueHint: "ID", description: "for json: the trigger's account" },
    region: { type: "string", valueHint: "REGION", description: "for json: the trigger's region, if the map has none" },
    pool: { type: "string", valueHint: "POOL_ID", description: "for json: the user pool" },
    role: { type: "string", valueHint: "NAME", description: "for json: the trigger's role" },
    function: { type: "string", valueHint: "NAME", description: "for json: the trigger" },
    env: {
      type: "string",
      valueHint: "NAME=VALUE",
      description: "for json: a value for the map's ${env:NAME}; may be repeated",
    },
  },
  repeatable: ["env"],
  examples: [
    [
      "claimseal iam map.claims.yaml --emit serverless --resource-server care-api --out care-api.iam.json",
      "what a service's serverless.yml reads as its role's statements",
    ],
    [
      "claimseal iam map.claims.yaml --emit serverless --resource-server care-api --check care-api.iam.json",
      "whether that file is still what the map says: for CI",
    ],
    ["claimseal iam map.claims.yaml --emit cloudformation --out iam.template.json", "a template, for other tools"],
    [
      "claimseal iam map.claims.yaml --account 111122223333 --pool eu-central-1_AbCd12345 --role issuer --function trigger",
      "documents as IAM and KMS take them; variables of the map from the environment",
    ],
  ],
  run: async (given, io) => {
    const path = given.text("map") ?? "";
    const [out, check] = [given.text("out"), given.text("check")];
    if (out !== undefined && check !== undefined)
      throw new CliError(EXIT.usage, "--check writes nothing; leave out --out");
    const plan = await compileFile(path, io);
    const resourceServer = given.text("resource-server");
    if (resourceServer !== undefined) {
      const sealed = sealedServers(plan).map(([name]) => name);
      requireName("resource server that is sealed for with a key of KMS", resourceServer, sealed);
    }
    const policies = emitted(path, { plan, resourceServer }, given, io);
    if (check === undefined) {
      await printOrWrite(`${JSON.stringify(policies, null, 2)}\n`, out, io);
      return EXIT.ok;
    }
    if (isDeepStrictEqual(await readJson(check, io), policies)) return EXIT.ok;
    io.say(`${check}: no longer what ${path} says; write it anew, with --out in place of --check`);
    return EXIT.findings;
  },
  next: (given, exit) =>
    exit === EXIT.ok && given.text("check") === undefined && given.text("emit") === "serverless"
      ? ["npx", "osls", "package"]
      : null,
};

function emitted(path: string, wanted: Wanted, given: Given, io: Io): unknown {
  try {
    refuseAliases(wanted.plan);
    const policies = EMIT[given.text("emit") ?? "json"]?.(wanted, given, io);
    // As it is read again: without members that have no value.
    return JSON.parse(JSON.stringify(policies)) as unknown;
  } catch (error) {
    if (!(error instanceof ClaimsError || error instanceof DeployError)) throw error;
    if (error instanceof DeployError && error.code === "UNRESOLVED") {
      throw new CliError(EXIT.environment, `${path}: ${error.message}; give each with --env NAME=VALUE`);
    }
    throw new CliError(EXIT.findings, `${path}: ${error.message}`);
  }
}

/** What policies in their final form need to know. Readers need nothing of it but the map's variables. */
function placeOf({ plan, resourceServer }: Wanted, given: Given, io: Io): Place {
  const environment = { ...io.environment, ...assignments(given.each("env")) };
  const region = given.text("region") ?? statedRegion(plan);
  const place = { account: given.text("account"), region, pool: given.text("pool"), role: given.text("role") };
  const named = { ...place, function: given.text("function") };
  const missing = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [`--${name}`] : []));
  if (resourceServer === undefined && missing.length > 0) {
    throw new CliError(EXIT.usage, `--emit json also needs ${missing.join(", ")}`);
  }
  const { account = "", pool = "", role = "" } = place;
  return { account, region: region ?? "", pool, role, function: named.function ?? "", environment };
}
