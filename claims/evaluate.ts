import { instant, instantOfSeconds } from "./declared-value.ts";
import type { Fact, Value } from "./facts.ts";
import type { BinaryOperator, Expr, FunctionName, Reference } from "./plan.ts";

/** Why a value is not known. `error` is a computation without a result: a division by zero, an index out of range. */
export type Reason = "absent" | "invalid" | "failed" | "error";

/** What an expression comes to. There is no third way out: evaluation neither throws nor prints. */
export type Outcome =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly because: Reason };

/** Finds a fact by reference. References are closed by the check, so every one has an answer. */
export type Look = (reference: Reference) => Fact;

const ABSENT: Outcome = { known: false, because: "absent" };
const INVALID: Outcome = { known: false, because: "invalid" };
const FAILED: Outcome = { known: false, because: "failed" };
const ERROR: Outcome = { known: false, because: "error" };
const TRUE: Outcome = { known: true, value: true };
const FALSE: Outcome = { known: true, value: false };

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/**
 * Evaluates a checked expression over facts, three-valued: whatever needs an unknown value is unknown, except where
 * the other operand of `&&` or `||` settles the result alone.
 *
 * Semantics are CEL's (github.com/google/cel-spec, `langdef.md`) with errors folded into unknown.
 */
export function evaluate(expr: Expr, look: Look): Outcome {
  switch (expr.op) {
    case "string":
    case "bool":
    case "double":
      return known(expr.value);
    case "int":
      return known(BigInt(expr.value));
    case "ref":
      return ofFact(look(expr.ref));
    case "has":
      return presence(look(expr.ref));
    case "hasKey": {
      const of = evaluate(expr.of, look);
      return of.known ? known(of.value instanceof Map && of.value.has(expr.key)) : of;
    }
    case "list":
      return all(expr.items, look, (items) => known(items));
    case "map":
      return all(expr.entries.flat(), look, mapOf);
    case "index":
      return all([expr.of, expr.at], look, ([of, at]) => item(of as Value, at as Value));
    case "not":
      return all([expr.of], look, ([of]) => known(of !== true));
    case "negate":
      return all([expr.of], look, ([of]) => (typeof of === "bigint" ? int(-of) : known(-(of as number))));
    case "and":
      return settledBy(false, expr.left, expr.right, look);
    case "or":
      return settledBy(true, expr.left, expr.right, look);
    case "if": {
      const test = evaluate(expr.test, look);
      return test.known ? evaluate(test.value === true ? expr.yes : expr.no, look) : test;
    }
    case "call":
      return all(expr.args, look, (args) => FUNCTIONS[expr.name](args));
    default:
      return all([expr.left, expr.right], look, ([left, right]) => OPERATORS[expr.op](left as Value, right as Value));
  }
}

function known(value: Value): Outcome {
  return value === true ? TRUE : value === false ? FALSE : { known: true, value };
}

function int(value: bigint): Outcome {
  return value <= MAX_INT && value >= MIN_INT ? known(value) : ERROR;
}

function ofFact(fact: Fact): Outcome {
  switch (fact.state) {
    case "present":
      return known(fact.value);
    case "absent":
      return ABSENT;
    case "invalid":
      return INVALID;
    case "failed":
      return FAILED;
  }
}

/** An invalid or failed value is neither there nor not there. */
function presence(fact: Fact): Outcome {
  return fact.state === "present" ? TRUE : fact.state === "absent" ? FALSE : ofFact(fact);
}

/** Evaluates operands in order; the first unknown one is the result. */
function all(exprs: readonly Expr[], look: Look, then: (values: readonly Value[]) => Outcome): Outcome {
  const values: Value[] = [];
  for (const expr of exprs) {
    const outcome = evaluate(expr, look);
    if (!outcome.known) return outcome;
    values.push(outcome.value);
  }
  return then(values);
}

/** `&&` is settled by false, `||` by true, on either side, whatever is unknown on the other. */
function settledBy(settling: boolean, left: Expr, right: Expr, look: Look): Outcome {
  const first = evaluate(left, look);
  if (first.known && first.value === settling) return first;
  const second = evaluate(right, look);
  if (second.known && second.value === settling) return second;
  return first.known ? second : first;
}

function mapOf(flat: readonly Value[]): Outcome {
  const entries = new Map<string, Value>();
  for (let index = 0; index < flat.length; index += 2) {
    const key = flat[index];
    // A key given twice has no one meaning (CEL: a repeated key is an error).
    if (typeof key !== "string" || entries.has(key)) return ERROR;
    entries.set(key, flat[index + 1] as Value);
  }
  return known(entries);
}

function item(of: Value, at: Value): Outcome {
  const found = of instanceof Map ? of.get(at) : Array.isArray(of) ? itemAt(of as Value[], at) : undefined;
  return found === undefined ? ERROR : known(found as Value);
}

function itemAt(list: readonly Value[], at: Value): Value | undefined {
  return typeof at === "bigint" && at >= 0n && at < BigInt(list.length) ? list[Number(at)] : undefined;
}

/** CEL equality: deep on lists and maps, by instant on timestamps, false between types. */
export function equal(left: Value, right: Value): boolean {
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime();
  if (Array.isArray(left)) {
    if (!Array.isArray(right)) return false;
    const [a, b] = [left as Value[], right as Value[]];
    return a.length === b.length && a.every((each, index) => equal(each, b[index] as Value));
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, each] of left as Map<string, Value>) {
      const other = (right as Map<string, Value>).get(key);
      if (other === undefined || !equal(each, other)) return false;
    }
    return true;
  }
  return left === right;
}

/** Orders two values of one type, or an int and a double; `undefined` where there is no order (NaN). */
function order(left: Value, right: Value): number | undefined {
  const [a, b] = [left instanceof Date ? left.getTime() : left, right instanceof Date ? right.getTime() : right];
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : 0;
}

function compared(holds: (order: number) => boolean): (left: Value, right: Value) => Outcome {
  return (left, right) => {
    const result = order(left, right);
    return result === undefined ? FALSE : known(holds(result));
  };
}

/** One arithmetic operator on two ints or two doubles. */
function arithmetic(
  ints: (a: bigint, b: bigint) => bigint,
  doubles: (a: number, b: number) => number,
): (left: Value, right: Value) => Outcome {
  return (left, right) => {
    if (typeof left === "bigint" && typeof right === "bigint") return int(ints(left, right));
    if (typeof left === "number" && typeof right === "number") return known(doubles(left, right));
    return ERROR;
  };
}

const sum = arithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);
const quotient = arithmetic(
  (a, b) => a / b,
  (a, b) => a / b,
);
const remainder = arithmetic(
  (a, b) => a % b,
  () => Number.NaN,
);

const OPERATORS: { readonly [op in BinaryOperator]: (left: Value, right: Value) => Outcome } = {
  "==": (left, right) => known(equal(left, right)),
  "!=": (left, right) => known(!equal(left, right)),
  "<": compared((result) => result < 0),
  "<=": compared((result) => result <= 0),
  ">": compared((result) => result > 0),
  ">=": compared((result) => result >= 0),
  in: (left, right) =>
    right instanceof Map
      ? known(right.has(left))
      : known((right as readonly Value[]).some((each) => equal(left, each))),
  "+": (left, right) => {
    if (typeof left === "string" && typeof right === "string") return known(left + right);
    if (Array.isArray(left) && Array.isArray(right)) return known([...(left as Value[]), ...(right as Value[])]);
    return sum(left, right);
  },
  "-": arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": (left, right) => (right === 0n ? ERROR : quotient(left, right)),
  "%": (left, right) => (right === 0n ? ERROR : remainder(left, right)),
};

type Call = (args: readonly Value[]) => Outcome;

/** A function of strings alone. */
function ofText(result: (subject: string, other: string) => Value): Call {
  return ([subject, other = ""]) => known(result(subject as string, other as string));
}

const FUNCTIONS: { readonly [name in FunctionName]: Call } = {
  size: ([of]) => {
    if (typeof of === "string") return known(BigInt(Array.from(of).length));
    return known(BigInt(of instanceof Map ? of.size : (of as readonly Value[]).length));
  },
  startsWith: ofText((text, start) => text.startsWith(start)),
  endsWith: ofText((text, end) => text.endsWith(end)),
  contains: ofText((text, part) => text.includes(part)),
  lowerAscii: ofText((text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  upperAscii: ofText((text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  trim: ofText((text) => text.trim()),
  split: ([text, separator]) => known((text as string).split(separator as string)),
  // A joined list that cannot be taken apart again could smuggle an item in: no result rather than an ambiguous one.
  join: ([list, separator]) => {
    const [items, between] = [list as readonly string[], separator as string];
    return between === "" || items.some((each) => each === "" || each.includes(between))
      ? ERROR
      : known(items.join(between));
  },
  string: ([of]) =>
    typeof of === "object" || (typeof of === "number" && !Number.isFinite(of)) ? ERROR : known(String(of)),
  int: ([of]) => {
    if (typeof of === "bigint") return known(of);
    if (typeof of === "number") return Number.isFinite(of) ? int(BigInt(Math.trunc(of))) : ERROR;
    return /^-?\d{1,19}$/.test(of as string) ? int(BigInt(of as string)) : ERROR;
  },
  double: ([of]) => {
    if (typeof of !== "string") return known(Number(of));
    return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(of) && Number.isFinite(Number(of)) ? known(Number(of)) : ERROR;
  },
  bool: ([of]) => {
    if (typeof of === "boolean") return known(of);
    if (["true", "True", "TRUE", "t", "1"].includes(of as string)) return TRUE;
    return ["false", "False", "FALSE", "f", "0"].includes(of as string) ? FALSE : ERROR;
  },
  timestamp: ([of]) => {
    const at = of instanceof Date ? of : typeof of === "bigint" ? instantOfSeconds(Number(of)) : instant(of as string);
    return at === undefined ? ERROR : known(at);
  },
};
