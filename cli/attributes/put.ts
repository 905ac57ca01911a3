import { keyHash } from "../../attributes/key-name.ts";
import { checkPut, placeOfPut, writeRow } from "../../attributes/put-row.ts";
import { tableSource } from "../../attributes/registry.ts";
import type { Expected } from "../../attributes/row-store.ts";
import { typedText } from "../../attributes/typed-text.ts";
import type { JsonValue } from "../../cognito/json.ts";
import type { Given } from "../command.ts";
import { readJson } from "../files.ts";
import { visible, visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import type { Opened } from "./opened.ts";
import { keyFrom, oneSource, subjectFrom } from "./said.ts";

/** `attributes put`: one row, its attributes that are named. */
export async function put(given: Given, io: Io, { registry }: Opened): Promise<number> {
  const source = oneSource(given);
  const declared = tableSource(registry.plan, source);
  const values = { ...(await valuesOf(given, io)), ...typed(given.each("what"), declared) };
  const remove = given.each("remove");
  if (Object.keys(values).length + remove.length === 0) {
    throw new CliError(EXIT.usage, "nothing to write: NAME=VALUE, --from FILE or --remove NAME");
  }
  const key = keyFrom(given);
  const written = { source, subject: subjectFrom(given), ...(key && { key }), values, remove, expect: expected(given) };
  const place = await placeOfPut(registry, written);
  const version = await writeRow(registry.store, checkPut(registry, written, place));
  const told = { source, key: keyHash(source, place.key), written: Object.keys(values), removed: remove, version };
  io.print(given.flag("json") ? visibleJson({ ok: true, ...told }) : text(told));
  return EXIT.ok;
}

function text({
  source,
  written,
  removed,
  version,
}: {
  source: string;
  written: readonly string[];
  removed: readonly string[];
  version: number;
}): string {
  const parts = [
    ...(written.length > 0 ? [`${written.join(", ")} written`] : []),
    ...(removed.length > 0 ? [`${removed.join(", ")} taken away`] : []),
  ];
  return visible(`${source}: ${parts.join(", ")}; version ${version}`);
}

function typed(pairs: readonly string[], { attributes }: ReturnType<typeof tableSource>): Record<string, JsonValue> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      // What stands in its place may be a value.
      if (at < 1) throw new CliError(EXIT.usage, "values are written NAME=VALUE");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const declaration = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      return [name, declaration ? typedText(declaration, value) : value];
    }),
  );
}

async function valuesOf(given: Given, io: Io): Promise<Record<string, JsonValue>> {
  const file = given.text("from");
  if (file === undefined) return {};
  const read = await readJson(file, io);
  if (typeof read === "object" && read !== null && !Array.isArray(read)) return read as Record<string, JsonValue>;
  throw new CliError(EXIT.environment, `${file}: expected a JSON object, values by attribute`);
}

function expected(given: Given): Expected {
  const version = given.text("expect-version");
  const said = [
    ...(given.flag("if-absent") ? ["absent" as const] : []),
    ...(given.flag("if-present") ? ["present" as const] : []),
    ...(version === undefined ? [] : [Number(version)]),
  ];
  if (said.length > 1) {
    throw new CliError(EXIT.usage, "--if-absent, --if-present and --expect-version: one of them at most");
  }
  if (version !== undefined && !/^\d{1,15}$/.test(version)) {
    throw new CliError(EXIT.usage, "--expect-version takes the number that get told");
  }
  return said[0] ?? "any";
}
