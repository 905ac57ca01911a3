import { PROVIDER_ROOT } from "../language/language.ts";
import { printReference } from "../language/reference.ts";
import type { Plan } from "../plan.ts";
import { THE_POOL } from "./difference.ts";
import type { DataFlow, InventoryEntry } from "./inventory-entry.ts";
import { stepsOfValue } from "./inventory-reach.ts";

/** What identity providers send, and what of it the user pool stores; nothing where a map does not say. */
export function sentEntries({ federation }: Plan): readonly InventoryEntry[] {
  return Object.entries(federation?.providers ?? {}).flatMap(([provider, { attributes, keep }]) =>
    Object.entries(attributes).map(([attribute, { class: how, purpose }]): InventoryEntry => {
      const data = printReference([PROVIDER_ROOT, attribute]);
      const flows = keep.flatMap(({ name, pool, value }): readonly DataFlow[] => {
        const ways = stepsOfValue(value).flatMap(({ reference, way }) =>
          printReference(reference) === data ? [way] : [],
        );
        if (ways.length === 0) return [];
        const stored = pool.length === 0 ? name : pool.join(", ");
        return [{ ...STORED, name: stored, ways }];
      });
      return {
        data,
        class: how,
        purpose: purpose ?? null,
        origin: { kind: "provider", source: provider, places: [], key: [], trust: "idp", residency: null },
        flows,
      };
    }),
  );
}

const STORED = {
  profile: null,
  as: "stored",
  effect: null,
  token: null,
  form: "stored",
  reader: THE_POOL,
  roles: [],
  keys: [],
  approvals: [],
} as const;
