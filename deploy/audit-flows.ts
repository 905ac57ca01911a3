import type { Approval } from "../claims/plan.ts";
import type { DataFlow, DataOrigin, InventoryEntry } from "../claims/reports/inventory-entry.ts";
import { code, codes, type Markdown, table, words } from "../claims/reports/markdown.ts";
import { partitionText, regionText, signerText, tokenText, USES, WRITTEN_BY, wayText } from "./audit-wording.ts";

/** Each kind of data that is not open under a heading of its own: why, from where, and a line for everybody it reaches. */
export function personalEntries(inventory: readonly InventoryEntry[]): Markdown {
  const sections = inventory.flatMap((entry) => (entry.class === "open" ? [] : [personalEntry(entry)]));
  return sections.length === 0 ? "There are none." : sections.join("\n\n");
}

const HEAD = ["reader", "gets", "how", "in", "under the key", "in the region", "approved by"];

function personalEntry({ data, class: how, purpose, origin, flows }: InventoryEntry): Markdown {
  return [
    `### ${code(data)}, ${how}`,
    `Why: ${purpose === null ? "the map states no purpose; Cognito has it" : words(purpose)}. From: ${originText(origin)}.`,
    table(HEAD, flows.map(flowCells), "It reaches nobody."),
  ].join("\n\n");
}

/** Data that are open, on one line for everybody they reach. */
export function openEntries(inventory: readonly InventoryEntry[]): Markdown {
  const open = inventory.filter((entry) => entry.class === "open");
  const rows = open.flatMap(({ data, origin, flows }) =>
    flows.map((flow) => [code(data), briefOrigin(origin), ...flowCells(flow)]),
  );
  const unused = open.filter(({ flows }) => flows.length === 0).map(({ data }) => data);
  return [
    table(["data", "from", ...HEAD], rows),
    ...(unused.length > 0 ? [`They reach nobody: ${codes(unused)}.`] : []),
  ].join("\n\n");
}

function flowCells(flow: DataFlow): readonly Markdown[] {
  const { reader, roles, profile, as, name, effect, ways, keys, approvals } = flow;
  const gets = as !== "claim" && name.includes(" ") ? words(name) : code(name);
  return [
    [`**${words(reader)}**`, ...roles.map(code)].join("<br>"),
    [gets, ...(effect === null ? [] : [effect]), ...ofWhom(profile, as)].join(", ").trim(),
    ways.map((way) => words(wayText(way))).join("<br>"),
    tokenText(flow),
    keys.map((key) => `${code(key.name)}, ${USES[key.use]}${words(partitionText(key))}`).join("<br>"),
    keys.map(regionText).join("<br>"),
    approvals.map(approvalText).join("<br>") || "none is needed",
  ];
}

function ofWhom(profile: string | null, as: DataFlow["as"]): readonly Markdown[] {
  if (as === "stored") return [];
  return [profile === null ? "clients without a profile" : `profile ${words(profile)}`];
}

function approvalText({ what, reason, until, ...approval }: Approval): Markdown {
  return `**${words(signerText(approval))}**: ${words(reason)} (${what}${until === undefined ? "" : `, until ${until}`})`;
}

function originText(origin: DataOrigin): Markdown {
  const { kind, source, places, key, trust, residency } = origin;
  const by = `written by ${WRITTEN_BY[trust]}`;
  if (kind === "provider") return `identity provider ${words(source ?? "")}, before anything of it is stored`;
  if (source === null) return `${kind === "caller" ? "the request, " : "the user pool, "}${by}`;
  const names = places.map((place) => `${code(place.name)}${words(partitionText(place))}${where(kind, place.region)}`);
  const rows = key.length > 0 ? `, the row with ${codes(key)}` : "";
  const sealed = residency === null ? "any region" : codes(residency);
  return `source ${code(source)}, the ${kind} ${names.join(" or ")}${rows}; ${by}; it may be sealed in ${sealed}`;
}

function where(kind: DataOrigin["kind"], region: string | null): Markdown {
  return kind === "hook"
    ? ", which runs in the trigger"
    : ` in ${region === null ? regionText({ region }) : code(region)}`;
}

function briefOrigin({ kind, source }: DataOrigin): Markdown {
  if (source !== null) return kind === "provider" ? `identity provider ${words(source)}` : `source ${code(source)}`;
  return kind === "caller" ? "the request" : "the user pool";
}
