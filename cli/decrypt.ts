import { shapeOf } from "../attributes/value-shape.ts";
import { kmsClient } from "../aws/kms-client.ts";
import type { Plan, PlanResourceServer } from "../claims/plan.ts";
import {
  createOpener,
  isOpenerError,
  type Opener,
  type OpenerCode,
  type OpenerOptions,
} from "../resource-server/open.ts";
import { subjectHash } from "../resource-server/reveal-record.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { readJson } from "./files.ts";
import { visible } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { assignments } from "./preview.ts";
import { requireName } from "./require-name.ts";
import type { AuditLine } from "./tokens/audit-line.ts";
import { callerOf, writeAudit } from "./tokens/audit-trail.ts";
import { decodeToken, readToken } from "./tokens/read-token.ts";

/** `claimseal decrypt`: what a resource server would see, by the caller's own right to its key. */
export const decrypt: Command = {
  name: "decrypt",
  description:
    "Verifies a token and opens one resource server's claims with your own AWS credentials; every use is audited",
  args: {
    token: {
      type: "positional",
      required: false,
      description: "a file with the token; standard input without it, so that no shell remembers the token",
    },
    map: { type: "string", valueHint: "MAP", description: "the claim map" },
    "resource-server": { type: "string", valueHint: "NAME", description: "whose claims, by the map's name for it" },
    reason: { type: "string", valueHint: "TEXT", description: "why; it stands in the audit line" },
    key: { type: "string", valueHint: "ARN", description: "the KMS key; the map's without it" },
    env: { type: "string", valueHint: "NAME=VALUE", description: "a value for the map's ${env:NAME}; may be repeated" },
    "user-pool": { type: "string", valueHint: "ID", description: "the user pool; the one the token names without it" },
    jwks: {
      type: "string",
      valueHint: "FILE",
      description: "the pool's signing keys; fetched from the pool without it",
    },
    endpoint: { type: "string", valueHint: "URL", description: "another KMS than AWS's: the one of claimseal dev" },
    audit: {
      type: "string",
      valueHint: "FILE",
      description: "the audit line is appended here; standard error without it",
    },
    reveal: { type: "boolean", description: "shows the values; types and lengths without it" },
  },
  repeatable: ["env"],
  examples: [
    [
      'claimseal decrypt token.txt --map map.claims.yaml --resource-server care-api --reason "ticket 4711"',
      "which claims are inside, values masked",
    ],
    [
      'claimseal decrypt token.txt --map map.claims.yaml --resource-server care-api --reason "ticket 4711" --reveal --audit audit.jsonl',
      "the values, once the audit line is written",
    ],
  ],
  run: async (given, io) => {
    const [map, name, reason] = [needed(given, "map"), needed(given, "resource-server"), needed(given, "reason")];
    const plan = await compileFile(map, io);
    requireName("resource server", name, Object.keys(plan.resourceServers));
    const server = plan.resourceServers[name] as PlanResourceServer;
    const key = given.text("key") ?? keyOf(name, server, { ...io.environment, ...assignments(given.each("env")) });
    const token = await readToken(given.text("token"), io);
    const userPoolId = given.text("user-pool") ?? poolNamedBy(decodeToken(token).payload["iss"]);
    const client = kmsClient({ region: key.split(":")[3], endpoint: given.text("endpoint") });
    try {
      const opener = openerOf(plan, name, key, userPoolId, await jwksOf(given.text("jwks"), io), client);
      const audit = async (told: Pick<AuditLine, "outcome" | "tokenId" | "subject" | "claims">): Promise<void> => {
        const line: AuditLine = {
          event: "claimseal.decrypt",
          ts: new Date().toISOString(),
          caller: await callerOf(client, io),
          resourceServer: name,
          map: plan.name,
          userPoolId,
          revealed: told.outcome === "opened" && given.flag("reveal"),
          reason,
          ...told,
        };
        await writeAudit(given.text("audit"), line, io);
      };
      const opened = await opener.open(token).catch(async (error: unknown) => {
        if (!isOpenerError(error)) throw error;
        await audit({ outcome: error.code, tokenId: null, subject: null, claims: [] });
        throw new CliError(exitOf(error.code), `${error.code}: ${error.message}`);
      });
      const { jti, sub } = opened.claims;
      const names = Object.keys(opened.sealed);
      // Before anything is shown: what cannot be audited is not seen.
      await audit({
        outcome: "opened",
        tokenId: typeof jti === "string" ? jti : null,
        subject: subjectHash(userPoolId, sub),
        claims: names,
      });
      const width = Math.max(0, ...names.map((each) => each.length));
      for (const [claim, secret] of Object.entries(opened.sealed)) {
        const value = secret.reveal({ reason });
        const text = given.flag("reveal") ? JSON.stringify(value) : shapeOf(value);
        io.print(visible(`${claim.padEnd(width)}  ${text}`));
      }
      if (!given.flag("reveal")) io.say("values are masked; --reveal shows them");
      return EXIT.ok;
    } finally {
      client.destroy();
    }
  },
};

function needed(given: Given, flag: string): string {
  const text = given.text(flag)?.trim();
  if (text) return text;
  throw new CliError(EXIT.usage, `--${flag} is missing`);
}

/** The map's key for a server, its variables filled in. */
function keyOf(name: string, { seal }: PlanResourceServer, environment: Io["environment"]): string {
  if (seal === undefined) throw new CliError(EXIT.usage, `the map seals nothing for "${name}"`);
  const missing = [...seal.key.matchAll(/\$\{env:(\w+)\}/g)].flatMap(([, variable = ""]) =>
    environment[variable] ? [] : [variable],
  );
  if (missing.length > 0) {
    throw new CliError(
      EXIT.environment,
      `not set: ${missing.join(", ")}; give each with --env NAME=VALUE, or the key with --key`,
    );
  }
  const key = seal.key.replaceAll(/\$\{env:(\w+)\}/g, (_, variable: string) => environment[variable] ?? "");
  if (key.startsWith("arn:") && !key.includes("{")) return key;
  throw new CliError(EXIT.usage, "the map names no one KMS key by its ARN; say which with --key ARN");
}

/** Verified later, under the keys of this very pool; another pool's token has nothing that opens for it. */
function poolNamedBy(iss: unknown): string {
  const [, pool] = /^https:\/\/[a-z0-9.-]+\/([a-z0-9-]+_[A-Za-z0-9]+)$/.exec(typeof iss === "string" ? iss : "") ?? [];
  if (pool !== undefined) return pool;
  throw new CliError(EXIT.findings, "the token names no user pool as its issuer");
}

function openerOf(
  plan: Plan,
  name: string,
  key: string,
  userPoolId: string,
  jwks: { readonly keys: readonly object[] } | null,
  kms: ReturnType<typeof kmsClient>,
): Opener {
  const { identifier, seal } = plan.resourceServers[name] as PlanResourceServer;
  const options: OpenerOptions = {
    resourceServer: { name, identifier },
    userPoolId,
    clientId: null,
    scope: null,
    map: plan.name,
    seal: { mode: seal?.mode ?? "envelope", keys: [key], ...(seal?.bindClient && { bindClient: true }) },
    ...(jwks && { jwks: { fetch: async () => jwks } }),
  };
  try {
    return createOpener({ ...options, kms });
  } catch (error) {
    if (error instanceof TypeError) throw new CliError(EXIT.usage, error.message.replace(/^createOpener: /, ""));
    throw error;
  }
}

async function jwksOf(file: string | undefined, io: Io): Promise<{ readonly keys: readonly object[] } | null> {
  if (file === undefined) return null;
  const read = (await readJson(file, io)) as { readonly keys?: unknown } | null;
  if (Array.isArray(read?.keys)) return { keys: read.keys as object[] };
  throw new CliError(EXIT.environment, `${file}: no set of keys, { "keys": [...] }`);
}

function exitOf(code: OpenerCode): number {
  if (code === "KEY_ACCESS_DENIED") return EXIT.refused;
  return code === "KEY_UNAVAILABLE" ? EXIT.environment : EXIT.findings;
}
