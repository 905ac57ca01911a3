import type { FunctionName } from "../plan.ts";

/** Functions written `f(x)`, with the number of arguments they take. */
export const FUNCTIONS: ReadonlyMap<string, { readonly name: FunctionName; readonly arity: number }> = named([
  ["size", 1],
  ["string", 1],
  ["int", 1],
  ["double", 1],
  ["bool", 1],
  ["timestamp", 1],
]);

/** Functions written `x.f(...)`, with the number of arguments beside the receiver. */
export const METHODS: ReadonlyMap<string, { readonly name: FunctionName; readonly arity: number }> = named([
  ["size", 0],
  ["startsWith", 1],
  ["endsWith", 1],
  ["contains", 1],
  ["lowerAscii", 0],
  ["upperAscii", 0],
  ["trim", 0],
  ["split", 1],
  ["join", 1],
]);

/** What the language has and this version has not. To be refused by name: ignored, it would change what a map means. */
export const LATER_FUNCTIONS: ReadonlySet<string> = new Set([
  "matches",
  "map",
  "filter",
  "all",
  "exists",
  "exists_one",
  "pseudonym",
  "domain",
  "last",
  "age",
  "json",
  "bracketList",
  "distinct",
  "flatten",
  "take",
  "sort",
]);

/** What an expression can start from, besides the map's own sources. */
export const ROOTS: ReadonlySet<string> = new Set(["user", "client", "request", "tenant", "partition", "def", "now"]);

/** Roots the language has and this version has not. */
export const LATER_ROOTS: ReadonlySet<string> = new Set(["tenant", "partition", "def", "now", "request"]);

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

function named(
  entries: readonly (readonly [FunctionName, number])[],
): ReadonlyMap<string, { readonly name: FunctionName; readonly arity: number }> {
  return new Map(entries.map(([name, arity]) => [name, { name, arity }]));
}
