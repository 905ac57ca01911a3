import type { FunctionName, PlanType } from "../plan.ts";

/** What a function comes to: a type, its first argument's, or that of the lists in its first argument. */
export type Result = PlanType | "as its argument" | "as its items";

export type LanguageFunction = {
  readonly name: FunctionName;
  /** Arguments; beside the receiver, if it is written as a method. */
  readonly arity: number;
  readonly result: Result;
  /** Signatures that CEL has to be told of, since its own library has no such function. */
  readonly signatures: readonly string[];
  /** The last argument is a whole number written out: a bound that no data chooses. */
  readonly isBounded: boolean;
};

const TEXTS: PlanType = { list: "string" };
const TIMESTAMP = "google.protobuf.Timestamp";
const COMPARABLE = ["string", "bool", "int", "double", TIMESTAMP];

/** Functions written `f(x)`. */
export const FUNCTIONS: ReadonlyMap<string, LanguageFunction> = named(
  of("size", 1, "int"),
  of("string", 1, "string", [`string(${TIMESTAMP}): string`]),
  of("int", 1, "int", [`int(${TIMESTAMP}): int`]),
  of("double", 1, "double"),
  of("bool", 1, "bool"),
  of("timestamp", 1, "timestamp"),
  of("domain", 1, "string", ["domain(string): string"]),
  bounded("last", "string", "last(string, int): string"),
  of("age", 1, "int", [`age(${TIMESTAMP}): int`, "age(string): int"]),
  of("json", 1, "string", ["json(T): string"]),
  of("bracketList", 1, TEXTS, ["bracketList(string): list<string>"]),
  of("distinct", 1, "as its argument", ["distinct(list<T>): list<T>"]),
  of("flatten", 1, "as its items", ["flatten(list<list<T>>): list<T>"]),
  bounded("take", "as its argument", "take(list<T>, int): list<T>"),
  of(
    "sort",
    1,
    "as its argument",
    COMPARABLE.map((type) => `sort(list<${type}>): list<${type}>`),
  ),
);

/** Functions written `x.f(...)`. */
export const METHODS: ReadonlyMap<string, LanguageFunction> = named(
  of("size", 0, "int"),
  of("startsWith", 1, "bool"),
  of("endsWith", 1, "bool"),
  of("contains", 1, "bool"),
  of("lowerAscii", 0, "string"),
  of("upperAscii", 0, "string"),
  of("trim", 0, "string"),
  of("split", 1, TEXTS),
  of("join", 1, "string"),
);

/** Signatures of what is no function of values alone: its other argument is written out, or names what it is made of. */
export const OTHER_SIGNATURES: readonly string[] = ["matches(string, string): bool", "pseudonym(string): string"];

/** Everything an expression may call, and how it is written. */
export const FORMS: ReadonlyMap<string, string> = new Map([
  ["has", "has(a.b)"],
  ...[...FUNCTIONS.values()].map(({ name, arity }) => [name, `${name}(${arity > 1 ? "x, 1" : "x"})`] as const),
  ...[...METHODS.values()].map(({ name, arity }) => [name, `x.${name}(${arity > 0 ? "y" : ""})`] as const),
  ["matches", 'matches(x, "...")'],
  ["pseudonym", "pseudonym(x)"],
  ["all", "l.all(e, condition)"],
  ["exists", "l.exists(e, condition)"],
  ["exists_one", "l.exists_one(e, condition)"],
  ["filter", "l.filter(e, condition)"],
  ["map", "l.map(e, value)"],
  ["bind", "cel.bind(name, x, value)"],
  ["orValue", "a.?b.orValue(x)"],
  ["hasValue", "a.?b.hasValue()"],
]);

/** What an identity provider sends; read under `federation`, where nothing else is. */
export const PROVIDER_ROOT = "idp";

/** What an expression can start from, besides the map's own sources. */
export const ROOTS: ReadonlySet<string> = new Set([
  "user",
  "client",
  "request",
  "tenant",
  "partition",
  "def",
  "now",
  PROVIDER_ROOT,
]);

/** Names CEL gives a meaning of its own, none of which the language has: its types and its name spaces. */
export const OUTSIDE_ROOTS: ReadonlySet<string> = new Set([
  "bool",
  "bytes",
  "cel",
  "double",
  "dyn",
  "google",
  "int",
  "list",
  "map",
  "null_type",
  "optional",
  "string",
  "type",
  "uint",
]);

function of(name: FunctionName, arity: number, result: Result, signatures: readonly string[] = []): LanguageFunction {
  return { name, arity, result, signatures, isBounded: false };
}

function bounded(name: FunctionName, result: Result, signature: string): LanguageFunction {
  return { name, arity: 2, result, signatures: [signature], isBounded: true };
}

function named(...functions: readonly LanguageFunction[]): ReadonlyMap<string, LanguageFunction> {
  return new Map(functions.map((each) => [each.name, each]));
}
