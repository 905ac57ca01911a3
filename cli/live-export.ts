import type { RawExport } from "../aws/pool-export.ts";
import type { Plan } from "../claims/plan.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import { storesOf } from "../deploy/doctor/bound-plan.ts";
import { type PoolExport, readPoolExport } from "../deploy/doctor/pool-export.ts";
import { withClients } from "./aws-clients.ts";
import { CliError, EXIT } from "./io.ts";

/** What reads a pool and its stores, and how to let go of it. */
export type Readers = {
  readonly readPool: (poolId: string) => Promise<RawExport>;
  readonly readStores: (stores: ReturnType<typeof storesOf>) => Promise<RawExport>;
  readonly close: () => void;
};

/**
 * A pool and what belongs to it, read with the SDK's own search for credentials; of keys and tables those of the map, by
 * the function's own variables.
 *
 * @throws {CliError} exit 3 without the SDK's clients, credentials or a connection, exit 4 where AWS shows nothing.
 */
export async function liveExport(
  poolId: string,
  plan: Plan | null,
  connect: (poolId: string) => Promise<Readers> = connectReaders,
): Promise<PoolExport> {
  const { readPool, readStores, close } = await connect(poolId);
  try {
    const raw = await readPool(poolId);
    const { notRead, ...stores } = await readStores(storesOf(readPoolExport(raw), plan));
    return readPoolExport({ ...raw, ...(plan && stores), notRead: [...raw.notRead, ...notRead] });
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new CliError(
      error.code === "AWS_REFUSED" ? EXIT.refused : EXIT.environment,
      `${error.code}: ${error.message}`,
    );
  } finally {
    close();
  }
}

/** @throws {CliError} exit 3 without the SDK's clients, as `withClients` does. */
export async function connectReaders(poolId: string, load: typeof loadAdapters = loadAdapters): Promise<Readers> {
  const [{ exportClients }, { readPool }, { readStores }] = await withClients(load);
  const clients = exportClients(poolId);
  return {
    readPool: (id) => readPool(clients, id),
    readStores: (stores) => readStores(clients, stores),
    close: clients.close,
  };
}

async function loadAdapters(): Promise<
  readonly [
    typeof import("../aws/export-clients.ts"),
    typeof import("../aws/pool-export.ts"),
    typeof import("../aws/export-stores.ts"),
  ]
> {
  return [
    await import("../aws/export-clients.ts"),
    await import("../aws/pool-export.ts"),
    await import("../aws/export-stores.ts"),
  ];
}
