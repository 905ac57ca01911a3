import { keyClass, keyHash, keyText } from "../../attributes/key-name.ts";
import { type ReadRow, readRow } from "../../attributes/read-rows.ts";
import type { StoredAttribute } from "../../attributes/row-state.ts";
import { notReadOf, type SubjectExport } from "../../attributes/subject-export.ts";
import { type FoundRows, walkSubject } from "../../attributes/walk-subject.ts";
import { standingIn } from "../../claims/reports/references.ts";
import type { Given } from "../command.ts";
import { visible, visibleJson } from "../formats/visible.ts";
import { EXIT, type Io } from "../io.ts";
import type { Opened } from "./opened.ts";
import { audited } from "./revealed.ts";
import { neededReason, subjectFrom } from "./said.ts";

type ShownSource = {
  readonly source: string;
  /** Null too where it was found in what is private, and not revealed. */
  readonly tenant: string | null;
  readonly rows: readonly ShownRow[];
};
type ShownRow = {
  /** Null where it is private and not revealed. */
  readonly key: ReadRow["key"] | null;
  readonly keyHash: string;
  readonly version: number;
  readonly attributes: { readonly [name: string]: StoredAttribute };
};

/** `attributes get`: a subject's rows, what is private masked. */
export async function get(given: Given, io: Io, opened: Opened): Promise<number> {
  const { registry } = opened;
  const [subject, reveal, asked] = [subjectFrom(given), given.flag("reveal"), given.each("source")];
  if (reveal) neededReason(given, "--reveal");
  const { found, notFound } = await walkSubject(registry, subject, asked.length > 0 ? asked : undefined);
  const [missing] = notFound;
  if (missing && asked.length > 0) throw missing.because;
  const isTenantOpen =
    reveal || subject.tenant !== undefined || standingIn(registry.plan, ["tenant", "id"]).class === "open";
  const sources = found.map((each) => ({
    ...shown(each, reveal, opened),
    tenant: isTenantOpen ? each.tenant : null,
  }));
  if (reveal) {
    const counts = Object.fromEntries(sources.map(({ source, rows }) => [source, rows.length]));
    await audited({ action: "get", subject, sources: counts }, given, io, opened);
  }
  const notRead = notReadOf(notFound);
  const isThere = sources.some(({ rows }) => rows.length > 0);
  io.print(
    given.flag("json")
      ? visibleJson({ ok: isThere, map: registry.plan.name, sources, notRead })
      : text(sources, notRead),
  );
  if (!reveal && isThere) io.say("private values are masked; --reveal shows them");
  return isThere ? EXIT.ok : EXIT.findings;
}

function shown({ source, rows }: FoundRows, reveal: boolean, { registry }: Opened): Omit<ShownSource, "tenant"> {
  return {
    source,
    rows: rows.map((row) => {
      const { key, version, attributes } = readRow(registry, source, row);
      const masked = Object.entries(attributes).map(([name, attribute]) => [
        name,
        reveal ? attribute : mask(attribute),
      ]);
      return {
        key: reveal || keyClass(registry.plan, source, row.key) === "open" ? key : null,
        keyHash: keyHash(source, row.key),
        version,
        attributes: Object.fromEntries(masked) as ShownRow["attributes"],
      };
    }),
  };
}

/** What is invalid may be anything, whatever its class. */
function mask(attribute: StoredAttribute): StoredAttribute {
  return attribute.class === "open" && attribute.state === "valid" ? attribute : { ...attribute, value: undefined };
}

function text(sources: readonly ShownSource[], notRead: SubjectExport["notRead"]): string {
  const rows = sources.flatMap(({ source, tenant, rows: each }) => {
    const of = tenant === null ? source : `${source}, tenant ${tenant}`;
    if (each.length === 0) return [`${of}: no row`];
    return each.flatMap(({ key, keyHash: hash, version, attributes }) => {
      const width = Math.max(0, ...Object.keys(attributes).map((name) => name.length));
      return [
        `${of}: ${key === null ? `row ${hash}` : keyText(key)}, version ${version}`,
        ...Object.entries(attributes).map(([name, attribute]) => `  ${name.padEnd(width)}  ${valueText(attribute)}`),
      ];
    });
  });
  return visible([...rows, ...notRead.map(({ code, because }) => `${code}: ${because}`)].join("\n"));
}

function valueText({ state, class: of, shape, value }: StoredAttribute): string {
  if (state === "absent") return "absent";
  const told = value === undefined ? `${shape ?? ""} (${of})` : JSON.stringify(value);
  return state === "invalid" ? `invalid: ${told}` : told;
}
