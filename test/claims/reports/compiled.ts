import { compileExpression } from "../../../claims/language/expression.ts";
import { compileFoundations } from "../../../claims/language/foundations.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import type { Expr } from "../../../claims/plan.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";

const open = { class: "open" };

/** A map with a value of every type to read. */
const MAP = {
  version: 1,
  name: "printed",
  revision: "1",
  pool: { events: "V3", usernames: "opaque" },
  inputs: {
    "user.custom:team": { type: "string", ...open },
    "client.metadata.wish": { type: "string", ...open },
  },
  sources: {
    row: {
      dynamodb: { table: "rows", key: { pk: "{user.sub}" } },
      trust: "operator",
      onMissing: "empty",
      onError: "unknown",
      attributes: {
        s: { type: "string", ...open },
        i: { type: "int", ...open },
        d: { type: "double", ...open },
        b: { type: "bool", ...open },
        l: { type: "list<string>", ...open },
        m: { type: "map<string, int>", ...open },
        t: { type: "timestamp", ...open },
        "a b": { type: "string", ...open },
        address: { type: "map", ...open, fields: { city: { type: "string" }, "po box": { type: "string" } } },
      },
    },
    members: {
      dynamodb: { table: "rows", query: { key: { pk: "{user.sub}" }, limit: 5, onMore: "cut" } },
      trust: "operator",
      onMissing: "empty",
      onError: "unknown",
      attributes: { org: { type: "string", ...open }, role: { type: "string", ...open } },
    },
  },
  resourceServers: {},
  profiles: {},
};

const { read } = readClaimMap(JSON.stringify(MAP), "json");
if (read === null) throw new Error("the map these tests read from has no shape");
const { vocabulary } = compileFoundations(read, readKnownValues(read));

/**
 * The tree of an expression over `row`, `members`, `user`, `client` and `request`.
 *
 * @throws {Error} with what the check says of it.
 */
export function compiled(text: string): Expr {
  const compilation = compileExpression(read as NonNullable<typeof read>, ["value"], text, vocabulary, false);
  if (compilation.compiled) return compilation.compiled.expr;
  throw new Error(`${text}: ${compilation.findings.map(({ code, message }) => `${code} ${message}`).join("; ")}`);
}
