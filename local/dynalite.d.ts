/** dynalite ships no types; this is the part of it that is used here. */
declare module "dynalite" {
  import type { Server } from "node:http";

  /** Times in milliseconds that tables spend in between states; data is in memory without a `path`. */
  export default function dynalite(options: {
    readonly createTableMs: number;
    readonly updateTableMs: number;
    readonly deleteTableMs: number;
  }): Server;
}
