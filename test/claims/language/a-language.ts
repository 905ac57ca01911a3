import type { Compilation } from "../../../claims/language/compilation.ts";
import { compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Expr } from "../../../claims/plan.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

const address = { street: { type: "string" }, city: { type: "string" }, since: { type: "timestamp" } };

const map = aClaimMap({
  inputs: {
    "user.email": declared("string", { class: "pii" }),
    "user.custom:employer": declared("string", { class: "pii" }),
    "client.metadata.clinic": declared("string"),
  },
  sources: {
    staff: {
      dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" }, consistent: false },
      trust: "operator",
      onMissing: "deny",
      onError: "deny",
      attributes: {
        profession: declared("string"),
        nickname: declared("string"),
        wards: declared("list<string>"),
        level: declared("int"),
        share: declared("double"),
        suspended: declared("bool"),
        since: declared("timestamp"),
        rota: declared("map<string, list<int>>"),
        address: declared("map", { fields: address }),
        addresses: declared("list<map>", { fields: address }),
        shifts: declared("list<list<int>>"),
        misdeclared: declared("txt"),
      },
    },
    memberships: {
      dynamodb: {
        table: "memberships",
        query: { key: { pk: "{user.sub}" }, order: "ascending", limit: 20, onMore: "deny" },
        consistent: false,
      },
      trust: "operator",
      onMissing: "empty",
      onError: "deny",
      attributes: {
        org: declared("string"),
        roles: declared("list<string>"),
        email: declared("string", { class: "pii" }),
        misdeclared: declared("txt"),
      },
    },
  },
  tenant: { requested: "client.metadata.clinic", allowed: "staff.wards", otherwise: "deny" },
  partition: { by: "staff.profession", values: { nurse: { region: "eu" } } },
  define: {
    isNurse: 'staff.profession == "nurse"',
    mayWrite: '"care/write" in request.scopes || staff.suspended',
    firm: "domain(user.email)",
    anyRoles: 'memberships.exists(m, m.roles.exists(r, r == "admin"))',
    levels: '{"nurse": 1, "physician": 2}',
    home: "staff.address",
    broken: "staff.nope",
  },
});
const read = aReadMap(map, [["inputs", "user.lost"]]);
const known = readKnownValues(read);
const alone = vocabularyOf(read, known);
const definitions = new Map(
  Object.entries(map.define).map(([name, text]) => [
    name,
    compileExpression(read, ["define", name], text, alone, false),
  ]),
);
const vocabulary = vocabularyOf(read, known, definitions);

/** Compiles an expression of a small map with one of everything. */
export function compile(text: string, isMachine = false): Compilation {
  return compileExpression(read, ["value"], text, vocabulary, isMachine);
}

/** The tree of an expression that passes. */
export function tree(text: string): Expr | undefined {
  return compile(text).compiled?.expr;
}

/** Code, column and the first line of the message of every problem. */
export function problems(text: string, isMachine = false): readonly (readonly [string, number, string | undefined])[] {
  return compile(text, isMachine).findings.map(({ code, column, message }) => [code, column, message.split("\n")[0]]);
}

/** References by what is around them, as `staff.level through size, string`; `+` where more of it can only give more. */
export function reads(text: string): readonly string[] {
  return compile(text).reads.map(({ reference, through, isMonotone }) =>
    [
      reference.join("."),
      ...(through.length > 0 ? ["through", through.join(", ")] : []),
      ...(isMonotone ? ["+"] : []),
    ].join(" "),
  );
}
