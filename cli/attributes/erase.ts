import { join } from "node:path";
import { eraseSubject, type Receipt } from "../../attributes/erase-subject.ts";
import type { Given } from "../command.ts";
import { visible, visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import type { Opened } from "./opened.ts";
import { keyFrom, subjectFrom } from "./said.ts";

/** `attributes erase`: a subject's rows, and a receipt. */
export async function erase(given: Given, io: Io, { registry, planSha256 }: Opened): Promise<number> {
  const [dryRun, sources, key] = [given.flag("dry-run"), given.each("source"), keyFrom(given)];
  const reason = given.text("reason")?.trim();
  if (!dryRun && !given.flag("yes")) {
    throw new CliError(EXIT.usage, "nothing was erased: --dry-run shows what would be, --yes does it");
  }
  const options = {
    ...(sources.length > 0 && { sources }),
    ...(key && { key }),
    ...(reason && { reason }),
    leave: given.each("leave"),
    dryRun,
    onInterrupted: (receipt: Receipt) => tellInterrupted(receipt, given.text("receipts") ?? "", io),
  };
  const receipt = await eraseSubject(registry, planSha256, subjectFrom(given), options, () => new Date());
  io.print(given.flag("json") ? visibleJson(receipt) : text(receipt));
  if (!dryRun) await keep(receipt, given.text("receipts") ?? "", io);
  return EXIT.ok;
}

/** What became of it is said and kept before the error that ended it is told, which comes first of all. */
async function tellInterrupted(receipt: Receipt, folder: string, io: Io): Promise<void> {
  const rest = receipt.interrupted?.rows.map(({ source, rows }) => `${source} ${counted(rows, "row")}`) ?? [];
  io.say(visible(`interrupted; not known to be erased: ${rest.join(", ")}; the same command goes on from there`));
  try {
    await keep(receipt, folder, io);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.say(error.message);
  }
}

async function keep(receipt: Receipt, folder: string, io: Io): Promise<void> {
  const path = join(folder, `${receipt.ts.replaceAll(/[-:.]/g, "")}-${receipt.subject}.json`);
  try {
    await io.writeFile(path, `${JSON.stringify(receipt, null, 2)}\n`);
  } catch {
    throw new CliError(EXIT.environment, `${path}: the receipt cannot be written; what it says was done`);
  }
  io.say(visible(`receipt ${path}`));
}

function text({ map, revision, dryRun, sources, left, elsewhere, sha256 }: Receipt): string {
  const erased = sources.map(({ source, rows, deleted, attributes }) => {
    const names = Object.entries(attributes).map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
    const what = names.length > 0 ? `: ${names.join(", ")}` : "";
    return `  ${source}  ${counted(rows, "row")}, ${deleted} as a whole${what}`;
  });
  return visible(
    [
      `${map}@${revision}: ${dryRun ? "would be erased" : "erased"}`,
      ...erased,
      ...(left.length > 0 ? ["left as it is", ...left.map(({ source, because }) => `  ${source}  ${because}`)] : []),
      ...(elsewhere.length > 0
        ? [
            "held elsewhere",
            ...elsewhere.map(({ holder, is, attributes }) => `  ${holder}  ${is}: ${attributes.join(", ")}`),
          ]
        : []),
      ...(dryRun ? [] : [`sha256 ${sha256}`]),
    ].join("\n"),
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
