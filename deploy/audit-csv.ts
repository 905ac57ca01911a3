import type { DataFlow, InventoryEntry } from "../claims/reports/inventory-entry.ts";
import { partitionText, regionText, signerText, tokenText, wayText } from "./audit-wording.ts";

const COLUMNS = [
  "data",
  "class",
  "purpose",
  "origin",
  "source",
  "place",
  "place_region",
  "key_of_row",
  "trust",
  "residency",
  "profile",
  "as",
  "name",
  "effect",
  "token",
  "reader",
  "reader_roles",
  "how",
  "key",
  "key_use",
  "key_region",
  "approval",
  "approved_by",
  "reason",
  "until",
] as const;

type Column = (typeof COLUMNS)[number];

/**
 * The inventory as a table (RFC 4180): a line for each kind of data and each thing that a reader gets of it, and one for
 * data that reach nobody. Several values of a cell stand behind each other, in the same order in every cell of a line.
 */
export function inventoryCsv(inventory: readonly InventoryEntry[]): string {
  const rows = inventory.flatMap((entry) => {
    const about = entryCells(entry);
    return entry.flows.length === 0
      ? [{ ...about, reader: "nobody" }]
      : entry.flows.map((flow) => ({ ...about, ...flowCells(flow) }));
  });
  const lines = rows.map((row: { readonly [column in Column]?: string }) => COLUMNS.map((each) => row[each] ?? ""));
  return [COLUMNS, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function entryCells({ data, class: how, purpose, origin }: InventoryEntry): { readonly [column in Column]?: string } {
  const { kind, source, places, key, trust, residency } = origin;
  return {
    data,
    class: how,
    purpose: purpose ?? "",
    origin: kind,
    source: source ?? "",
    place: listed(places.map((place) => `${place.name}${partitionText(place)}`)),
    place_region: listed(places.map(regionText)),
    key_of_row: listed(key),
    trust,
    residency: source === null || kind === "provider" ? "" : residency === null ? "any" : listed(residency),
  };
}

function flowCells(flow: DataFlow): { readonly [column in Column]?: string } {
  const { profile, as, name, effect, reader, roles, ways, keys, approvals } = flow;
  return {
    profile: profile ?? "",
    as,
    name,
    effect: effect ?? "",
    token: tokenText(flow),
    reader,
    reader_roles: listed(roles),
    how: listed(ways.map(wayText)),
    key: listed(keys.map((key) => `${key.name}${partitionText(key)}`)),
    key_use: listed(keys.map(({ use }) => use)),
    key_region: listed(keys.map(regionText)),
    approval: listed(approvals.map(({ what, path }) => `${what} at ${path.join(".")}`)),
    approved_by: listed(approvals.map(signerText)),
    reason: listed(approvals.map(({ reason }) => reason)),
    until: listed(approvals.map(({ until }) => until ?? "without end")),
  };
}

function listed(texts: readonly string[]): string {
  return texts.join(" | ");
}

/**
 * A cell on one line. Spreadsheets take text that begins like a formula for one, full-width signs included; a quote in
 * front makes it text again (OWASP, "CSV Injection").
 */
export function cell(text: string): string {
  const shown = text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown;
  return /^[\w.:/-]*$/.test(safe) ? safe : `"${safe.replaceAll('"', '""')}"`;
}
