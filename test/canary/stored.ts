import type { JsonValue } from "../../cognito/json.ts";
import { drawCanary } from "./canaries.ts";
import type { Facts } from "./expressions.ts";
import type { Fault } from "./faults.ts";
import {
  filledIn,
  keyOf,
  type MapDocument,
  type Readable,
  rowReadablesOf,
  type WrittenSource,
} from "./map-document.ts";
import { drawOne, note, type Parts } from "./parts.ts";
import { isModelled } from "./tenant.ts";
import type { Draw } from "./values.ts";
import type { World } from "./world.ts";

/** What a source holds for one subject: one row, or those of a query. */
export type Stored = {
  /** Null where a model as small as this one cannot tell. */
  readonly table: string | null;
  readonly key: { readonly [attribute: string]: string } | null;
  readonly rows: readonly ReadonlyMap<string, unknown>[];
};

type Person = { readonly sub: string; readonly clientId: string; readonly isMachine: boolean };

/** Everything each source holds, each row with attributes nobody declared. */
export function drawStored(
  { document }: World,
  readables: readonly Readable[],
  person: Person,
  draw: Draw,
  parts: Parts,
): ReadonlyMap<string, Stored> {
  return new Map(
    Object.entries(document.sources).map(([source, written]): [string, Stored] => {
      const key = keyFor(written, person);
      const isLost = hasFailed(written, parts.fault);
      const withKey = (): Map<string, unknown> => {
        const undeclared = note(parts, drawCanary(`${source}.undeclared`, "name", draw.letters));
        return new Map<string, unknown>([...Object.entries(key ?? {}), ["undeclared", undeclared]]);
      };
      const table = written.dynamodb?.table ?? null;
      if (written.dynamodb?.query) {
        const { limit } = written.dynamodb.query;
        const drawn = drawRows(document, source, limit, withKey, draw, parts);
        const isGone = parts.fault === "row missing";
        const isTooMuch = !isGone && drawn.rows.length > limit && written.dynamodb.query.onMore === "deny";
        const value = isGone ? [] : drawn.facts.slice(0, limit);
        parts.facts.set(source, isLost || isTooMuch ? { state: "failed" } : { state: "present", value });
        return [source, { table, key, rows: drawn.rows }];
      }
      const row = withKey();
      for (const each of readables) {
        if (each.root !== source) continue;
        const raw = drawOne(each, false, draw, parts);
        if (raw !== undefined) row.set(each.name, raw);
        if (parts.fault === "row missing") parts.facts.set(each.printed, { state: "absent" });
        if (isLost) parts.facts.set(each.printed, { state: "failed" });
      }
      return [source, { table, key, rows: [row] }];
    }),
  );
}

/** Rows of a query, at times more than may come, and what is known of each attribute of each. */
function drawRows(
  document: MapDocument,
  source: string,
  limit: number,
  withKey: () => Map<string, unknown>,
  draw: Draw,
  parts: Parts,
): { readonly rows: Stored["rows"]; readonly facts: readonly JsonValue[] } {
  const attributes = rowReadablesOf(document).filter(({ root }) => root === source);
  const drawn = Array.from({ length: draw.structure.int(limit + 2) }, () => {
    const row = withKey();
    const known = attributes.map((each) => {
      const raw = drawOne(each, false, draw, parts);
      if (raw !== undefined) row.set(each.name, raw);
      return [each.name, parts.facts.get(each.printed) as JsonValue] as const;
    });
    return { row, fact: Object.fromEntries(known) };
  });
  return { rows: drawn.map(({ row }) => row), facts: drawn.map(({ fact }) => fact) };
}

/** Null where a key is built from more than the person or the client. */
function keyFor(written: WrittenSource, { sub, clientId, isMachine }: Person): Stored["key"] {
  const filled = Object.entries(keyOf(written)).map(([name, template]): [string, string] => [
    name,
    template.replaceAll("{user.sub}", isMachine ? "" : sub).replaceAll("{client.id}", clientId),
  ]);
  return filled.some(([, text]) => text.includes("{")) ? null : Object.fromEntries(filled);
}

/** No read gives anything. Where a key request hangs, none is begun in the short time that such an event has. */
const UNREAD: readonly Fault[] = ["table down", "loader answers nothing", "loader hangs", "key request hangs"];

/** Whether a source comes to nothing in this event, under a map that lets that pass. */
function hasFailed(written: WrittenSource, fault: Fault): boolean {
  if (written.onError !== "unknown") return false;
  if (written.custom !== undefined && fault.startsWith("hook ")) return true;
  const isByPerson = Object.values(keyOf(written)).some((template) => template.includes("{user.sub}"));
  return UNREAD.includes(fault) || (fault === "a key within the sub" && isByPerson);
}

/** What is in rows whose key is built from other rows, and a tenant whose choice is written in another way. */
export function unsureIn(
  { tenant }: MapDocument,
  readables: readonly Readable[],
  stored: ReadonlyMap<string, Stored>,
): ReadonlySet<string> {
  const isUnsure = ({ root }: Readable): boolean =>
    root === "tenant"
      ? tenant !== undefined && !isModelled(tenant)
      : stored.has(root) && stored.get(root)?.key === null;
  return new Set(readables.filter(isUnsure).map(({ printed: place }) => place));
}

/** Tables by where this subject's data live. */
export function placed(world: World, stored: ReadonlyMap<string, Stored>, facts: Facts): ReadonlyMap<string, Stored> {
  return new Map(
    [...stored].map(([source, { table, ...rest }]) => [
      source,
      { ...rest, table: table === null ? null : placeOf(world, facts, table) },
    ]),
  );
}

/** A text of the map as it is for one subject; null where that cannot be told. */
export function placeOf({ document, environment }: World, facts: Facts, text: string): string | null {
  if (!text.includes("{partition.")) return filledIn(text, environment);
  const by = facts.get(document.partition?.by ?? "");
  const value = by?.state === "present" && typeof by.value === "string" ? by.value : "";
  const texts = value === "" ? undefined : document.partition?.[value];
  if (typeof texts !== "object") return null;
  const filled = text.replace(/\{partition\.(\w+)\}/g, (_, name: string) => texts[name] ?? "");
  return filledIn(filled, environment);
}
