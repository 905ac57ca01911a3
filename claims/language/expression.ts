import type { ASTNode, ParseError } from "@marcbachmann/cel-js";
import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import { celTypeName, inPlainWords, type TypeChecker } from "./cel-environment.ts";
import type { Compilation, Problem, Read } from "./compilation.ts";
import { LIMITS } from "./limits.ts";
import { lower } from "./lower.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Parses, closes and type-checks the expression at `path`. Every problem comes with its line and column in the file and
 * with the line and a caret in its message.
 */
export function compileExpression(
  read: ReadMap,
  path: MapPath,
  text: string,
  vocabulary: Vocabulary,
  isMachine: boolean,
): Compilation {
  const refuse = (problems: readonly Problem[], reads: readonly Read[] = []): Compilation => ({
    compiled: null,
    reads,
    findings: problems.map(({ code, offset, message, fix }) =>
      finding(code, path, read.within(path, offset), `${message}\n${caret(text, offset)}`, fix),
    ),
  });
  if (text.length > LIMITS.characters) {
    const message = `an expression of ${text.length} characters; ${LIMITS.characters} is the most`;
    return refuse([{ code: "CS301", offset: 0, message, fix: "Let the table hold what takes so many words." }]);
  }
  const parsed = parse(vocabulary, text);
  if ("problem" in parsed) return refuse([parsed.problem]);
  const { expr, problems, reads } = lower(parsed.ast, vocabulary, isMachine);
  if (problems.length > 0) return refuse(problems, reads);
  if (expr === undefined) return { compiled: null, reads, findings: [] };
  const misfits = checkTypes(parsed, vocabulary.types.typeOf);
  if (misfits.length > 0) return refuse(misfits, reads);
  const type = vocabulary.types.typeOf(parsed.ast);
  return { compiled: type === undefined ? null : { expr, type, reads }, reads, findings: [] };
}

type Parsed = ReturnType<TypeChecker["environment"]["parse"]>;
type TypeOf = TypeChecker["typeOf"];

function parse(vocabulary: Vocabulary, text: string): Parsed | { readonly problem: Problem } {
  try {
    return vocabulary.types.environment.parse(text);
  } catch (error) {
    const fix = "Write a CEL expression, such as `staff.profession` or `staff.level > 2`; text stands in quotes.";
    return { problem: fromCel(error, "CS301", fix) };
  }
}

/** CEL's own check, then the types it knows and the language does not. */
function checkTypes(parsed: Parsed, typeOf: TypeOf): readonly Problem[] {
  const { error } = parsed.check();
  if (error === undefined) return strangeTypes(parsed.ast, typeOf);
  const mixed = "code" in error && typeof error.code === "string" && error.code.startsWith("heterogeneous_");
  return [
    mixed
      ? fromCel(error, "CS306", "Let all items of a list, and all values of a map, have one type.")
      : fromCel(error, "CS302", "Compare and combine values of one type; `string(x)`, `int(x)`, `double(x)` convert."),
  ];
}

/** CEL's errors name types, fields and characters of the expression, which is configuration: no value is in them. */
function fromCel(error: unknown, code: string, fix: string): Problem {
  const { summary, range } = error as Partial<ParseError>;
  return { code, offset: range?.start ?? 0, message: inPlainWords(summary ?? "this expression cannot be read"), fix };
}

/** Nodes of a type no declaration can have; the innermost of each kind, where it comes from. */
function strangeTypes(node: ASTNode, typeOf: TypeOf): readonly Problem[] {
  const inside: Problem[] = [];
  for (const child of children(node)) inside.push(...strangeTypes(child, typeOf));
  if (inside.length > 0) return inside;
  const name = celTypeName(node) ?? "dyn";
  const at = (code: string, message: string, fix: string): readonly Problem[] => [
    { code, offset: node.start, message, fix },
  ];
  // An optional is no value, and stands only where what becomes of it is said.
  if (typeOf(node) === undefined && !name.startsWith("optional<")) {
    return name.startsWith("map<")
      ? at("CS306", `the keys of a map are text, not \`${name}\``, "Write the keys in quotes.")
      : at("CS307", `the language has no \`${name}\``, "Compare values; do not compute with them here.");
  }
  const [of, key] = node.op === "[]" || node.op === "[?]" ? node.args : [];
  if (!of || !key || !celTypeName(of)?.startsWith("map<") || typeOf(key) === "string") return [];
  return at("CS302", `the keys of a map are text, not \`${celTypeName(key)}\``, "Ask for a key in quotes.");
}

/** The nodes below that CEL gave a type: not what `has()` asks for, not the name of a macro's variable. */
function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return isRow(node.args[0]) ? [] : [node.args[0]];
    case "[]":
    case "[?]":
      return isRow(node.args[0]) ? [] : node.args;
    case "!_":
    case "-_":
      return [node.args];
    case "map":
      return node.args.flat();
    case "call":
      return node.args[0] === "has" ? [] : node.args[1];
    case "rcall":
      if (node.args[1].op === "id" && node.args[1].args === "cel") return node.args[2].slice(1);
      return [node.args[1], ...node.args[2].filter((each) => celTypeName(each) !== undefined)];
    default:
      return node.args;
  }
}

/** A row has a type of CEL's own making, named `$` and the row. */
function isRow(node: ASTNode): boolean {
  return celTypeName(node)?.startsWith("$") ?? false;
}

/** The line of the expression that `offset` is in, as much of it as fits a screen, and a caret under it. */
function caret(text: string, offset: number): string {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const from = Math.max(lineStart, offset - 70);
  const line = text.slice(from, Math.min(lineEnd < 0 ? text.length : lineEnd, from + 100));
  return `    ${line}\n    ${" ".repeat(offset - from)}^`;
}
