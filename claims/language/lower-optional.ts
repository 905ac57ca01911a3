import type { ASTNode } from "@marcbachmann/cel-js";
import type { Expr } from "../plan.ts";
import {
  computedField,
  computedValueField,
  enterField,
  enterRowField,
  enterValueField,
  hasFields,
} from "./closed-names.ts";
import {
  type Access,
  isEnumerated,
  type Lowering,
  NOWHERE,
  nameIn,
  notAValue,
  type Place,
  passing,
  report,
  typeAt,
  valuePlace,
} from "./lowering.ts";
import { writePlanType } from "./plan-type.ts";
import { printReference } from "./reference.ts";

/** An access to something that may be absent: whether it is there, and what it is. */
type Maybe = { readonly present: Expr | null; readonly place: Place };

/** What stands more than once in the result, worked out once under a name that nobody can write. */
type Shared = { readonly name: string; readonly value: Expr };

/** `has(a.b)`. */
export function lowerHas(arg: ASTNode, lowering: Lowering): Expr | undefined {
  if (arg.op === ".") return presence(arg, step(lowering.place(arg.args[0], lowering), arg, [], lowering), lowering);
  lowering.lower(arg, lowering);
  const fix = 'Write `has(a.b)`, or `a[?"b"].hasValue()` for a name with other characters.';
  return report(lowering, "CS302", arg.start, "has() takes a field, such as `has(staff.profession)`", fix);
}

/** `a.?b.hasValue()`. */
export function lowerHasValue(node: Access, lowering: Lowering): Expr | undefined {
  const shared: Shared[] = [];
  const present = presence(node, access(node, shared, lowering), lowering);
  return present && sharing(shared, present);
}

function presence(node: ASTNode, maybe: Maybe | undefined, lowering: Lowering): Expr | undefined {
  return maybe?.present ?? (maybe && notAValue(lowering, node.start, maybe.place));
}

/** `a.?b.orValue(c)`: `c` where `a.b` is absent, and there only. */
export function lowerOrValue(node: Access, other: ASTNode, lowering: Lowering): Expr | undefined {
  const shared: Shared[] = [];
  const maybe = access(node, shared, lowering);
  const no = lowering.lower(other, lowering);
  if (maybe === undefined) return undefined;
  if (maybe.place.kind !== "value") return notAValue(lowering, node.start, maybe.place);
  if (maybe.present === null || no === undefined) return undefined;
  return sharing(shared, { op: "if", test: maybe.present, yes: maybe.place.expr, no });
}

/** `a.?b` by itself: CEL's optional values are none of the language's. */
export function lowerBare(node: Access, lowering: Lowering): undefined {
  const before = lowering.problems.length;
  access(node, [], lowering);
  // A misspelt name in it is worth saying first.
  if (lowering.problems.length > before) return undefined;
  const fix = "Say what it is when it is absent, `.orValue(x)`, or ask whether it is there, `.hasValue()`.";
  return report(lowering, "CS307", node.start, `\`${node.op}\` alone comes to no value`, fix);
}

export function isOptional(node: ASTNode): node is Access {
  if (node.op === ".?" || node.op === "[?]") return true;
  return (node.op === "." || node.op === "[]") && isOptional(node.args[0]);
}

function sharing(shared: readonly Shared[], body: Expr): Expr {
  return shared.reduceRight<Expr>((inner, { name, value }) => ({ op: "bind", name, value, body: inner }), body);
}

/** An access in which anything behind the first `?` may be absent (CEL: optional selection goes on to the right). */
function access(node: Access, shared: Shared[], lowering: Lowering): Maybe | undefined {
  const [of] = node.args;
  if (!isOptional(of)) {
    const base = lowering.place(of, lowering);
    const once = base.kind === "value" || base.kind === "rows" ? { ...base, expr: share(base.expr, shared) } : base;
    return step(once, node, shared, withShared(lowering, shared));
  }
  const base = access(of, shared, lowering);
  if (base === undefined) return undefined;
  const next = step(base.place, node, shared, withShared(lowering, shared));
  if (!next?.present || !base.present) return next;
  return { present: { op: "and", left: base.present, right: next.present }, place: next.place };
}

/** The compiler's own names have types too. */
function withShared(lowering: Lowering, shared: readonly Shared[]): Lowering {
  let inner = lowering;
  for (const { name, value } of shared) {
    const variable = { type: typeAt(inner, value), rows: null };
    inner = { ...inner, variables: new Map([...inner.variables, [name, variable]]) };
  }
  return inner;
}

/** What is written twice is worked out once: an access in an access would otherwise double at every level. */
function share(expr: Expr, shared: Shared[]): Expr {
  if (["ref", "var", "string", "int"].includes(expr.op)) return expr;
  const name = `@${shared.length}`;
  shared.push({ name, value: expr });
  return { op: "var", name };
}

function step(base: Place, node: Access, shared: Shared[], lowering: Lowering): Maybe | undefined {
  const at = node.args[1];
  const { name, at: nameAt } = nameIn(node);
  switch (base.kind) {
    case "nowhere":
      return undefined;
    case "row": {
      if (name === undefined) computedField(lowering, printReference(base.path), node.start);
      const place = name === undefined ? NOWHERE : enterField(lowering, base.path, name, node.start, nameAt);
      if (place.kind === "nowhere") return undefined;
      if (place.kind !== "value") return { present: null, place };
      if (place.expr.op === "ref") return { present: { op: "has", ref: place.expr.ref }, place };
      return report(lowering, "CS302", node.start, "a definition is always there", "Ask for what it is made of.");
    }
    case "rows": {
      if (!base.of.isOne && typeof at !== "string" && name === undefined) {
        const index = lowering.lower(at, lowering);
        return (
          index &&
          indexed(base.expr, share(index, shared), (expr) => ({ ...base, expr, of: { ...base.of, isOne: true } }))
        );
      }
      if (name === undefined) computedField(lowering, base.of.source, node.start);
      const place = name === undefined ? NOWHERE : enterRowField(lowering, base, name, node.start, nameAt);
      return place.kind === "value" && place.expr.op === "field"
        ? { present: { ...place.expr, op: "hasField" }, place }
        : undefined;
    }
    case "value":
      return stepInto(base.expr, node, shared, lowering);
  }
}

function stepInto(of: Expr, node: Access, shared: Shared[], lowering: Lowering): Maybe | undefined {
  const type = typeAt(lowering, of);
  const at = node.args[1];
  const { name, at: nameAt } = nameIn(node);
  if (hasFields(type)) {
    if (name === undefined) return computedValueField(lowering, of, node.start);
    const expr = enterValueField(lowering, of, name, nameAt);
    return expr && { present: { op: "hasField", of, name }, place: valuePlace(expr) };
  }
  if (typeof type === "object" && "list" in type && typeof at !== "string" && name === undefined) {
    const index = lowering.lower(at, lowering);
    return index && indexed(of, share(index, shared), valuePlace);
  }
  if (type !== undefined && (typeof type === "string" || !("map" in type))) {
    const message = `only a map has keys; this is a \`${writePlanType(type)}\``;
    return report(lowering, "CS302", node.start, message, "Ask for a declared field, or for an entry of a map.");
  }
  if (name !== undefined) {
    const place = valuePlace({ op: "index", of, at: { op: "string", value: name } });
    return { present: { op: "hasKey", of, key: name }, place };
  }
  const written = shared.find((each) => of.op === "var" && each.name === of.name)?.value ?? of;
  const lowerKey = (): Expr | undefined => (typeof at === "string" ? undefined : lowering.lower(at, lowering));
  const key = isEnumerated(written) ? passing(lowering, "map", lowerKey) : lowerKey();
  const once = key && share(key, shared);
  return once && { present: { op: "in", left: once, right: of }, place: valuePlace({ op: "index", of, at: once }) };
}

/** An item of a list, which is there when the list is long enough. */
function indexed(of: Expr, at: Expr, place: (item: Expr) => Place): Maybe {
  const isBelow: Expr = { op: "<", left: at, right: { op: "call", name: "size", args: [of] } };
  const isCounted: Expr = { op: ">=", left: at, right: { op: "int", value: "0" } };
  const present: Expr =
    at.op === "int" && !at.value.startsWith("-") ? isBelow : { op: "and", left: isCounted, right: isBelow };
  return { present, place: place({ op: "index", of, at }) };
}
