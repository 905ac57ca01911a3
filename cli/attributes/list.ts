import { keyJson } from "../../attributes/json-of.ts";
import { keyClass, keyHash, keyText } from "../../attributes/key-name.ts";
import { type ListedRow, listRows } from "../../attributes/list-rows.ts";
import { tableSource } from "../../attributes/registry.ts";
import type { Given } from "../command.ts";
import { visible, visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import type { Opened } from "./opened.ts";
import { audited } from "./revealed.ts";
import { neededReason, oneSource } from "./said.ts";

/** How many rows are shown at once where all of them are. */
const PAGE = 1_000;

/** `attributes list`: the rows of a source, and which of their attributes a sign-in would find invalid. */
export async function list(given: Given, io: Io, opened: Opened): Promise<number> {
  const { registry } = opened;
  const [source, reveal] = [oneSource(given), given.flag("reveal")];
  tableSource(registry.plan, source);
  if (reveal) neededReason(given, "--reveal");
  const [partition, all] = [given.text("partition"), given.flag("all")];
  const isOpen = ({ key }: ListedRow): boolean => reveal || keyClass(registry.plan, source, key) === "open";
  const limit = all ? PAGE : limitFrom(given);
  let after = given.text("after");
  let [count, isSound, isStopped, isTold] = [0, true, false, true];
  void io.stopped.then(() => {
    isStopped = true;
  });
  const printed: unknown[] = [];
  do {
    const { rows, next } = await listRows(registry, source, {
      limit,
      invalid: given.flag("invalid"),
      ...(after !== undefined && { after }),
      ...(partition !== undefined && { partition }),
    });
    // Each page's own line: how many there are in all is known when most have been shown.
    if (reveal) await audited({ action: "list", subject: null, sources: { [source]: rows.length } }, given, io, opened);
    count += rows.length;
    isSound &&= rows.every(({ states }) => !Object.values(states).includes("invalid"));
    if (given.flag("json")) printed.push(...rows.map((row) => told(source, row, isOpen(row))));
    else if (rows.length > 0) io.print(visible(rows.map((row) => line(source, row, isOpen(row))).join("\n")));
    isTold = rows.every(isOpen);
    after = next ?? undefined;
  } while (all && after !== undefined && !isStopped);
  // It would give the last row's key away.
  const next = isTold ? (after ?? null) : null;
  if (given.flag("json")) {
    io.print(visibleJson({ ok: isSound, source, rows: printed, more: after !== undefined, next }));
  } else if (after === undefined) {
    io.say(`${count} rows`);
  } else {
    io.say(
      next === null
        ? `${count} rows, and there are more; --all shows them`
        : `${count} rows; go on with --after ${next}`,
    );
  }
  return isSound ? EXIT.ok : EXIT.findings;
}

function told(source: string, { key, version, states }: ListedRow, isOpen: boolean): object {
  return { key: isOpen ? keyJson(key) : null, keyHash: keyHash(source, key), version, states };
}

function line(source: string, { key, states }: ListedRow, isOpen: boolean): string {
  const named = (wanted: string): string =>
    Object.entries(states)
      .flatMap(([name, state]) => (state === wanted ? [name] : []))
      .join(", ");
  const parts = (["valid", "invalid", "absent"] as const).flatMap((state) => {
    const names = named(state);
    return names === "" ? [] : [`${state} ${names}`];
  });
  return `${isOpen ? keyText(keyJson(key)) : keyHash(source, key)}  ${parts.join("; ")}`;
}

function limitFrom(given: Given): number {
  const text = given.text("limit") ?? "";
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CliError(EXIT.usage, "--limit takes a number of rows");
}
