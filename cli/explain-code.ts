import { CODES } from "../claims/codes.ts";
import { closeName } from "../claims/shape/close-name.ts";
import { EXAMPLES } from "./code-examples/all-examples.ts";
import { caseLine, MISSED_CASES } from "./code-examples/covering-tests.ts";
import { CliError, EXIT } from "./io.ts";

/**
 * What a check code means, why it matters and what to do about it, for people, with a mistake and how it is mended.
 *
 * @throws {CliError} exit 2 for a code that is none, with the one that may have been meant or the codes of its family.
 */
export function explainCode(written: string): string {
  const code = written.toUpperCase();
  const entry = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (entry === undefined) throw new CliError(EXIT.usage, `there is no code ${short(code)}; ${meant(code)}`);
  const { level, title, why, remedy } = entry;
  const { broken, mended } = EXAMPLES[code] ?? {};
  const missed = MISSED_CASES[code];
  return [
    `${code}, ${level}: ${title}`,
    folded(why),
    folded(remedy),
    ...(broken === undefined ? [] : ["for example:", indented(broken)]),
    ...(mended === undefined ? [] : ["mended:", indented(mended)]),
    ...(missed === undefined ? [] : ["for example, where this case is missing:", indented(caseLine(missed).trim())]),
  ].join("\n\n");
}

function meant(code: string): string {
  const codes = Object.keys(CODES);
  const close = closeName(code, codes);
  if (close !== undefined) return `did you mean ${close}?`;
  const family = codes.filter((each) => each.slice(0, 3) === code.slice(0, 3));
  return family.length === 0 ? "codes look like CS401" : `there are ${family.join(", ")}`;
}

function short(code: string): string {
  return code.length > 20 ? `${code.slice(0, 20)}...` : code;
}

function indented(yaml: string): string {
  return yaml.replaceAll(/^/gm, "  ");
}

/** Lines of at most 80 columns, two in from the left. */
function folded(text: string): string {
  return text.replaceAll(/(.{1,78})(?: |$)/g, (_, line: string) => `  ${line}\n`).trimEnd();
}
