import type { Expr, Plan } from "../../../claims/plan.ts";

/**
 * What reaches whom, worked out anew: every expression is evaluated with the names of what it reads in place of values,
 * and look-ups are followed until nothing new is met. It shares no code with the inventory.
 */
export function flowsByTaint(plan: Plan): ReadonlySet<string> {
  const flows = new Set<string>();
  for (const { to, reads } of gets(plan)) {
    for (const name of closure(plan, reads)) if (isDatum(name, plan)) flows.add(`${name} -> ${to}`);
  }
  return flows;
}

type Get = { readonly to: string; readonly reads: ReadonlySet<string> };
type Row = { readonly reads: Set<string>; readonly source?: string | undefined };

function gets(plan: Plan): readonly Get[] {
  const of = (...exprs: readonly (Expr | undefined)[]): Set<string> =>
    new Set(exprs.flatMap((expr) => (expr ? [...tainted(expr, {}).reads] : [])));
  const all: Get[] = [];
  for (const { name, claims, scopes, refuse, groups, idToken, grants, needs, selfServiceScopes } of plan.profiles) {
    for (const claim of claims) {
      const reads = of(claim.value, claim.when);
      for (const token of claim.to) all.push({ to: `${name} ${token} ${claim.name}`, reads });
      for (const server of claim.sealFor) {
        const { key = "", region = "" } = plan.resourceServers[server]?.seal ?? {};
        all.push({ to: `${name} ${server} ${claim.name}`, reads: new Set([...reads, ...partitions(key + region)]) });
      }
    }
    for (const { add, remove, only, when } of scopes) {
      const changed = [...add, ...remove, ...(only ? ["every custom scope"] : [])];
      for (const scope of changed) all.push({ to: `${name} access ${scope}`, reads: of(only, when) });
    }
    for (const { code, when } of refuse) all.push({ to: `${name} refused MAP_${code}`, reads: of(when) });
    if (needs.tenant && plan.tenant) {
      const { requested, allowed, default: fallback } = plan.tenant;
      all.push({ to: `${name} refused TENANT_REFUSED`, reads: of(requested, allowed, fallback) });
    }
    if (!grants.includes("user")) continue;
    for (const token of ["access", "id"] as const) {
      if (groups[token] === "strip") continue;
      const filter = groups.filter === "native" ? undefined : groups.filter;
      all.push({ to: `${name} ${token} cognito:groups`, reads: new Set(["user.groups", ...of(filter)]) });
    }
    for (const input of Object.keys(plan.inputs.user)) {
      if (input === "groups") continue;
      const isKept =
        "keep" in idToken ? idToken.keep.includes(input) : !("drop" in idToken && idToken.drop.includes(input));
      if (isKept) all.push({ to: `${name} id ${input}`, reads: new Set([`user.${input}`]) });
      if (selfServiceScopes === "keep" || plan.events === "V1")
        all.push({ to: `${name} asked ${input}`, reads: new Set([`user.${input}`]) });
    }
  }
  return all;
}

/** A value's own data, and the source whose rows it is. */
function tainted(expr: unknown, names: { readonly [name: string]: Row }): Row {
  if (Array.isArray(expr)) return { reads: union(expr.map((each) => tainted(each, names))) };
  if (typeof expr !== "object" || expr === null) return { reads: new Set() };
  const node = expr as { readonly op: string; readonly name: string; readonly ref: readonly string[] } & Record<
    "of" | "body" | "value" | "when" | "at",
    unknown
  >;
  switch (node.op) {
    case "ref":
    case "has":
      return { reads: new Set([node.ref.join(".")]), source: node.ref.length === 1 ? node.ref[0] : undefined };
    case "var":
      // What was bound or gone through counts where it stands: nothing is bound and not looked at.
      return { reads: new Set(), source: names[node.name]?.source };
    case "field":
    case "hasField": {
      const { reads, source } = tainted(node.of, names);
      return { reads: source === undefined ? reads : new Set([...reads, `${source}.${node.name}`]) };
    }
    case "index":
      return {
        reads: union([tainted(node.of, names), tainted(node.at, names)]),
        source: tainted(node.of, names).source,
      };
    case "bind": {
      const bound = tainted(node.value, names);
      return { reads: union([bound, tainted(node.body, { ...names, [node.name]: bound })]) };
    }
    case "all":
    case "exists":
    case "existsOne":
    case "filter":
    case "transform": {
      const list = tainted(node.of, names);
      const inside = { ...names, [node.name]: list };
      const reads = union([list, tainted(node.body, inside), tainted(node.when, inside)]);
      return { reads, source: node.op === "filter" ? list.source : undefined };
    }
    default:
      return { reads: union(Object.values(expr).map((each) => tainted(each, names))) };
  }
}

function union(all: readonly Row[]): Set<string> {
  return new Set(all.flatMap(({ reads }) => [...reads]));
}

function closure(plan: Plan, reads: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(reads);
  for (const name of all) for (const each of behind(plan, name.split(".")[0] ?? "")) all.add(each);
  return all;
}

function behind(plan: Plan, root: string): ReadonlySet<string> {
  if (root === "tenant") return tainted(Object.values(plan.tenant ?? {}), {}).reads;
  if (root === "partition") return tainted(plan.partition?.by, {}).reads;
  const source = plan.sources[root];
  if (source?.kind !== "row" && source?.kind !== "query") return new Set();
  const keys = JSON.stringify([source.key, source.kind === "query" ? source.beginsWith : null]);
  const inKeys = [...keys.matchAll(/\{"ref":(\[[^\]]*\])\}/g)].map(([, ref = "[]"]) =>
    (JSON.parse(ref) as string[]).join("."),
  );
  return new Set([...inKeys, ...partitions(source.table + (source.region ?? ""))]);
}

function partitions(text: string): readonly string[] {
  return [...text.matchAll(/\{partition\.(\w+)\}/g)].map(([, name]) => `partition.${name}`);
}

/** What is read, and not worked out from it; the subject itself, by which rows are found, is told elsewhere. */
function isDatum(name: string, plan: Plan): boolean {
  const [root = ""] = name.split(".");
  const isInput = (root === "user" && name !== "user.sub") || name.startsWith("client.metadata.");
  return isInput || Object.hasOwn(plan.sources, root);
}
