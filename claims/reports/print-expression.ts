import { METHODS } from "../language/language.ts";
import type { Expr, FunctionName, Reference } from "../plan.ts";

/** How tightly CEL's operators bind, the loosest first (github.com/google/cel-spec, `langdef.md`, "Syntax"). */
const BINDS = { choice: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, sign: 6, member: 7 } as const;

type Written = { readonly text: string; readonly binds: number };

const MACROS = { all: "all", exists: "exists", existsOne: "exists_one", filter: "filter" } as const;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names that CEL keeps for itself: behind a dot they are no fields. */
const KEPT_WORDS: ReadonlySet<string> = new Set(
  (
    "false in null true as break const continue else for function if import let loop package namespace return var " +
    "void while"
  ).split(" "),
);

/**
 * Writes an expression of a plan as CEL again, on one line. What is compiled from the text is the same tree; spaces,
 * needless parentheses and `def.` names of the map are not kept, because the plan does not have them.
 */
export function printExpression(expr: Expr): string {
  return written(expr).text;
}

function written(expr: Expr): Written {
  switch (expr.op) {
    case "string":
      return member(printText(expr.value));
    case "bool":
      return member(String(expr.value));
    case "int":
      return signed(expr.value);
    case "double":
      return signed(printDouble(expr.value));
    case "ref":
      return member(printPath(expr.ref));
    case "has":
      return member(presence(printPath(expr.ref.slice(0, -1)), expr.ref.at(-1) ?? ""));
    case "hasKey":
      return member(presence(atLeast(expr.of, BINDS.member), expr.key));
    case "hasField":
      return member(presence(atLeast(expr.of, BINDS.member), expr.name));
    case "field":
      return member(atLeast(expr.of, BINDS.member) + printField(expr.name));
    case "var":
      return member(expr.name);
    case "list":
      return member(`[${listed(expr.items)}]`);
    case "map":
      return member(`{${expr.entries.map(([key, value]) => `${anyOf(key)}: ${anyOf(value)}`).join(", ")}}`);
    case "index":
      return member(`${atLeast(expr.of, BINDS.member)}[${anyOf(expr.at)}]`);
    case "not":
      return { text: `!${atLeast(expr.of, BINDS.member)}`, binds: BINDS.sign };
    case "negate":
      return { text: `-${negated(expr.of)}`, binds: BINDS.sign };
    case "and":
      return between(expr.left, "&&", expr.right, BINDS.and);
    case "or":
      return between(expr.left, "||", expr.right, BINDS.or);
    case "if": {
      const [test, yes] = [expr.test, expr.yes].map((each) => atLeast(each, BINDS.or));
      return { text: `${test} ? ${yes} : ${anyOf(expr.no)}`, binds: BINDS.choice };
    }
    case "call":
      return member(call(expr.name, expr.args));
    case "matches":
      return member(`matches(${anyOf(expr.of)}, ${printText(expr.pattern)})`);
    case "pseudonym":
      return member(`pseudonym(${anyOf(expr.of)})`);
    case "bind":
      return member(`cel.bind(${expr.name}, ${anyOf(expr.value)}, ${anyOf(expr.body)})`);
    case "all":
    case "exists":
    case "existsOne":
    case "filter":
      return member(`${atLeast(expr.of, BINDS.member)}.${MACROS[expr.op]}(${expr.name}, ${anyOf(expr.body)})`);
    case "transform": {
      const parts = expr.when ? [expr.when, expr.body] : [expr.body];
      return member(`${atLeast(expr.of, BINDS.member)}.map(${expr.name}, ${listed(parts)})`);
    }
    case "+":
    case "-":
      return between(expr.left, expr.op, expr.right, BINDS.sum);
    case "*":
    case "/":
    case "%":
      return between(expr.left, expr.op, expr.right, BINDS.product);
    default:
      // Comparisons of comparisons are legal and read badly: always in parentheses.
      return {
        text: `${atLeast(expr.left, BINDS.sum)} ${expr.op} ${atLeast(expr.right, BINDS.sum)}`,
        binds: BINDS.relation,
      };
  }
}

function member(text: string): Written {
  return { text, binds: BINDS.member };
}

function signed(number: string): Written {
  return { text: number, binds: number.startsWith("-") ? BINDS.sign : BINDS.member };
}

/** `-0` is the literal 0, so a 0 to be negated is written as one that was negated before. */
function negated(of: Expr): string {
  return of.op === "int" && of.value === "0" ? "(-0)" : atLeast(of, BINDS.member);
}

/** Operators group from the left, so the right operand must bind tighter. */
function between(left: Expr, operator: string, right: Expr, binds: number): Written {
  return { text: `${atLeast(left, binds)} ${operator} ${atLeast(right, binds + 1)}`, binds };
}

function atLeast(expr: Expr, binds: number): string {
  const { text, binds: own } = written(expr);
  return own < binds ? `(${text})` : text;
}

function anyOf(expr: Expr): string {
  return written(expr).text;
}

function listed(exprs: readonly Expr[]): string {
  return exprs.map(anyOf).join(", ");
}

/** Some functions are written behind a dot; `size` can be either, and is written as a function. */
function call(name: FunctionName, args: readonly Expr[]): string {
  const [receiver, ...rest] = args;
  const isMethod = name !== "size" && METHODS.get(name)?.arity === rest.length;
  return isMethod && receiver !== undefined
    ? `${atLeast(receiver, BINDS.member)}.${name}(${listed(rest)})`
    : `${name}(${listed(args)})`;
}

/** A path as an expression writes it: `staff.profession`, `user["custom:employer"]`. */
function printPath([root = "", ...rest]: Reference | readonly string[]): string {
  return root + rest.map(printField).join("");
}

function printField(name: string): string {
  return isFieldName(name) ? `.${name}` : `[${printText(name)}]`;
}

function presence(of: string, name: string): string {
  return isFieldName(name) ? `has(${of}.${name})` : `${of}[?${printText(name)}].hasValue()`;
}

function isFieldName(name: string): boolean {
  return IDENTIFIER.test(name) && !KEPT_WORDS.has(name);
}

/** A double stays one: `1.0`, not `1`. */
function printDouble(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** CEL takes JSON's escapes; what would hide or turn the reading direction is escaped as well, as a map must have it. */
function printText(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}
