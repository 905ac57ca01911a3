import { type AttributesCode, AttributesError } from "../../attributes/attributes-error.ts";
import { type Registry, registryOf } from "../../attributes/registry.ts";
import { attributeStore } from "../../aws/attribute-store.ts";
import { attributeStoreClient } from "../../aws/attribute-store-client.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import { planDigest } from "../../claims/digest.ts";
import type { Given } from "../command.ts";
import { visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import { planGiven } from "../plan-file.ts";
import { assignments } from "../preview.ts";

/** The tables of a map, and whoever asks for their rows. */
export type Opened = {
  readonly registry: Registry;
  readonly planSha256: string;
  readonly clientFor: typeof attributeStoreClient;
  readonly close: () => void;
};

/** Where the caller or this machine stops it, and where AWS does; everything else is about the rows. */
const EXITS: Partial<Record<AttributesCode, number>> = {
  SOURCE_UNKNOWN: EXIT.usage,
  SOURCE_ELSEWHERE: EXIT.usage,
  SOURCE_UNDECIDED: EXIT.usage,
  SUBJECT_INVALID: EXIT.usage,
  KEY_UNKNOWN: EXIT.usage,
  PAGE_INVALID: EXIT.usage,
  IMPORT_RUNNING: EXIT.environment,
  AWS_REFUSED: EXIT.refused,
  AWS_UNREACHABLE: EXIT.environment,
};

/** The exit code that goes with a code. */
export function exitOf(code: AttributesCode): number {
  return EXITS[code] ?? EXIT.findings;
}

/**
 * Opens the tables of the map, or plan, that a command was given.
 *
 * @throws {CliError} exit 2 where neither was given, exit 3 for a variable that is not set.
 */
export async function opened(given: Given, io: Io): Promise<Opened> {
  const plan = await planGiven(given, io);
  if (plan === null) throw new CliError(EXIT.usage, "--map is missing, or --plan");
  const clients = new Map<string | undefined, ReturnType<typeof attributeStoreClient>>();
  const clientFor: typeof attributeStoreClient = (region) => {
    const client = clients.get(region) ?? attributeStoreClient(region);
    clients.set(region, client);
    return client;
  };
  const environment = { ...io.environment, ...assignments(given.each("env")) };
  try {
    return {
      registry: registryOf(plan, environment, attributeStore(clientFor), () => new Date()),
      planSha256: planDigest(plan),
      clientFor,
      close: () => {
        for (const client of clients.values()) client.destroy();
      },
    };
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    throw new CliError(EXIT.environment, `${error.message}; give each with --env NAME=VALUE`);
  }
}

/**
 * Does something with tables, and lets go of them.
 *
 * @throws {CliError} for what cannot be done; with `--json` it is printed too.
 */
export async function withTables(
  tables: Opened,
  given: Given,
  io: Io,
  run: (tables: Opened) => Promise<number>,
): Promise<number> {
  try {
    return await run(tables);
  } catch (error) {
    if (!(error instanceof AttributesError)) throw error;
    const { code, message, problems } = error;
    if (given.flag("json")) io.print(visibleJson({ ok: false, error: { code, message, problems } }));
    throw new CliError(exitOf(code), `${code}: ${message}`);
  } finally {
    tables.close();
  }
}
