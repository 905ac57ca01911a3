import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a process is told to do wrong; `unruly-process.mjs` does it. */
type Order = {
  /** By how much its wall clock is wrong, in milliseconds. */
  readonly wallMs?: number;
  /** By how much more than it was awake its clock that only runs forward has gone on. */
  readonly steadyMs?: number;
};

/** One spell of misbehaving, at once: so many milliseconds without a turn of the loop, or memory until there is none. */
type Fit = { readonly busyMs?: number; readonly hoards?: true };

/** A line to a process that misbehaves as it is told. */
export type Orders = {
  /** What makes a process listen, in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: (order: Order) => Promise<void>;
  readonly fit: (fit: Fit) => Promise<void>;
  /** What time it is outside the process: as much later as one of its clocks says, and never earlier. */
  readonly now: () => number;
  /** Of the process that started last. */
  readonly pid: () => Promise<number>;
  readonly remove: () => Promise<void>;
};

const PRELOAD = new URL("./unruly-process.mjs", import.meta.url).href;

export async function giveOrders(): Promise<Orders> {
  const directory = await mkdtemp(join(tmpdir(), "claimseal-orders-"));
  const file = join(directory, "orders.json");
  let current = { wallMs: 0, steadyMs: 0, fit: 0, busyMs: 0, hoards: false };
  const give = async (change: Partial<typeof current>): Promise<void> => {
    current = { ...current, ...change };
    // In one step, since the process may look at any moment.
    await writeFile(`${file}.new`, JSON.stringify(current));
    await rename(`${file}.new`, file);
  };
  await give({});
  return {
    environment: { CLAIMSEAL_ORDERS: file, NODE_OPTIONS: `--import=${PRELOAD}` },
    clock: ({ wallMs = 0, steadyMs = 0 }) => give({ wallMs, steadyMs }),
    fit: ({ busyMs = 0, hoards = false }) => give({ fit: current.fit + 1, busyMs, hoards }),
    now: () => Date.now() + Math.max(0, current.wallMs, current.steadyMs),
    pid: async () => Number(await readFile(`${file}.pid`, "utf8")),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
