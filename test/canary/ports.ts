import type { LoadAttributes, RowRequest, RowResult } from "../../claims/facts.ts";
import type { Hook, Hooks } from "../../triggers/hooks.ts";
import type { TakeDataKey } from "../../triggers/seal.ts";
import type { Fault } from "./faults.ts";
import type { Sink } from "./scanner.ts";
import { PERSON, type Scene } from "./scene.ts";
import type { World } from "./world.ts";

const PERSON_ONLY: ReadonlySet<string> = new Set([PERSON]);

/** What is stored, cut to what was asked for, unless the scene is generous. */
export function loader({ stored, isGenerous }: Scene): LoadAttributes {
  const cut = (row: ReadonlyMap<string, unknown>, attributes: readonly string[]): ReadonlyMap<string, unknown> =>
    isGenerous ? row : new Map([...row].filter(([name]) => attributes.includes(name)));
  return async (requests) =>
    requests.map((request): RowResult => {
      const found = stored.get(request.source);
      if (request.kind === "custom" || request.kind === "chain" || found === undefined) return { state: "failed" };
      const isMeant =
        (found.table === null || found.table === request.table) &&
        (found.key === null || isSame(found.key, request.key));
      const rows = isMeant ? found.rows.map((row) => cut(row, request.attributes)) : [];
      const [row] = rows;
      if (request.kind === "query") {
        return { state: "rows", rows: rows.slice(0, request.limit), more: rows.length > request.limit };
      }
      return row === undefined ? { state: "missing" } : { state: "found", row };
    });
}

function isSame(a: object, b: object): boolean {
  const sorted = (of: object): string => JSON.stringify(Object.entries(of).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}

/** Sources in code, each by the name of its hook. */
export function hooksOf({ document }: World, { stored, fault, secret }: Scene): Hooks {
  return Object.fromEntries(
    Object.entries(document.sources).flatMap(([source, { custom }]) =>
      custom === undefined ? [] : [[custom, hookOf(stored.get(source)?.rows[0] ?? new Map(), fault, secret)]],
    ),
  );
}

function hookOf(row: ReadonlyMap<string, unknown>, fault: Fault, secret: string): Hook {
  return () => {
    if (fault === "hook throws") throw new Error(`could not read ${secret}`);
    if (fault === "hook answers oddly") return [secret, row];
    return Object.fromEntries(row);
  };
}

/** Notes what is asked for, and of whom. */
export function watchedLoader(sinks: Sink[], load: LoadAttributes): LoadAttributes {
  return (requests, signal) => {
    for (const request of requests) {
      const { of, rest } = parted(request);
      sinks.push({ place: "row request", content: JSON.stringify(rest) });
      sinks.push({ place: "row key", content: JSON.stringify(of), allowed: PERSON_ONLY });
    }
    return load(requests, signal);
  };
}

/** What says whose row it is, and the rest. */
function parted(request: RowRequest): { readonly of: unknown; readonly rest: object } {
  if (request.kind === "custom") {
    const { subject, ...rest } = request;
    return { of: subject, rest };
  }
  if (request.kind === "chain") return { of: null, rest: request };
  const { key, ...rest } = request;
  return { of: key, rest };
}

/** Notes what a key is asked for with. */
export function watchedKeys(sinks: Sink[], take: TakeDataKey): TakeDataKey {
  return (seal, context, signal) => {
    sinks.push({ place: "encryption context", content: JSON.stringify([seal, context]) });
    return take(seal, context, signal);
  };
}
