import type { Approval, Class, Trust } from "../plan.ts";
import type { Destination } from "./inventory-destinations.ts";
import type { DataKey, DataPlace } from "./inventory-places.ts";
import type { Way } from "./inventory-reach.ts";

/** One kind of data that a map reads, and everybody it reaches. */
export type InventoryEntry = {
  /** As an expression writes it: `staff.licenceNo`. */
  readonly data: string;
  readonly class: Class;
  /** Why it is read, in the map's words. */
  readonly purpose: string | null;
  readonly origin: DataOrigin;
  readonly flows: readonly DataFlow[];
};

export type DataOrigin = {
  readonly kind: "cognito" | "caller" | "table" | "hook" | "function" | "provider";
  /** The map's name for it. */
  readonly source: string | null;
  readonly places: readonly DataPlace[];
  /** What its rows are found by: `pk = STAFF#{user.sub}`. */
  readonly key: readonly string[];
  /** No better than that of whatever chose its row. */
  readonly trust: Trust;
  /** The regions its values may be sealed in; null for any. */
  readonly residency: readonly string[] | null;
};

/** A kind of data on its way to one reader, as one thing. */
export type DataFlow = Omit<Destination, "steps"> & {
  readonly ways: readonly Way[];
  /** The keys of its envelope, and of the pseudonym that is made of it. */
  readonly keys: readonly DataKey[];
  /** What somebody signed for. */
  readonly approvals: readonly Approval[];
};
