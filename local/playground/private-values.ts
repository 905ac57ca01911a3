import type { MapPath } from "../../claims/claim-map.ts";
import { printReference } from "../../claims/language/reference.ts";
import type { Class, Plan, PlanSource } from "../../claims/plan.ts";
import { standingIn } from "../../claims/reports/references.ts";
import type { Subject } from "../../cognito/subject.ts";
import { inEveryPartition } from "./every-partition.ts";
import { attributeClass } from "./value-class.ts";
import type { PlayWorld } from "./world.ts";

/** One private value of event, rows or setting. */
export type PrivateValue = {
  /** As an expression would read it, and which row where there are several: `staff.licenceNo`, `staff.licenceNo (row 2)`. */
  readonly path: string;
  readonly class: Exclude<Class, "open">;
  readonly text: string;
  readonly where: { readonly text: "event" | "rows" | "setting"; readonly path: MapPath };
};

/** What Cognito itself says of a person in every event, and what is no secret. */
const NO_VALUES = /^(sub|cognito:.*|(email|phone_number)_verified)$/;

/**
 * Every private value there is: of the person, what the map declares private and what it does not declare at all; of
 * rows, hooks and chained functions what it declares private, in every row, because a token may hold somebody else's.
 */
export function privateValues(world: PlayWorld, subject: Subject): readonly PrivateValue[] {
  return [
    ...ofEvent(world.plan, subject),
    ...Object.entries(world.plan.sources).flatMap((each) => ofSource(world, each)),
  ];
}

function ofEvent(plan: Plan, { attributes, groups, metadata }: Subject): readonly PrivateValue[] {
  const request = (path: string, how: Class, value: string, ...steps: string[]): readonly PrivateValue[] =>
    how === "open" || value === ""
      ? []
      : [{ path, class: how, text: value, where: { text: "event", path: ["request", ...steps] } }];
  return [
    ...[...attributes].flatMap(([name, value]) =>
      NO_VALUES.test(name)
        ? []
        : request(printReference(["user", name]), attributeClass(plan, name), value, "userAttributes", name),
    ),
    ...groups.flatMap((group, index) =>
      request(
        "user.groups",
        attributeClass(plan, "groups"),
        group,
        "groupConfiguration",
        "groupsToOverride",
        `${index}`,
      ),
    ),
    ...[...metadata].flatMap(([name, value]) => {
      const reference = ["client", "metadata", name] as const;
      return request(printReference(reference), standingIn(plan, reference).class, value, "clientMetadata", name);
    }),
  ];
}

function ofSource(
  { plan, tables, setting }: PlayWorld,
  [name, source]: readonly [string, PlanSource],
): readonly PrivateValue[] {
  const rows: readonly (readonly [row: unknown, where: PrivateValue["where"]])[] =
    source.kind === "custom"
      ? [[setting.hooks[source.hook], { text: "setting", path: ["hooks", source.hook] }]]
      : source.kind === "chain"
        ? [[setting.chain[name], { text: "setting", path: ["chain", name] }]]
        : inEveryPartition(plan, source.table).flatMap((table) =>
            rowsOf(tables, table).map((row, index) => [row, { text: "rows", path: [table, String(index)] }] as const),
          );
  return rows.flatMap(([row, where], index) =>
    Object.keys(source.attributes).flatMap((attribute): readonly PrivateValue[] => {
      const how = standingIn(plan, [name, attribute]).class;
      if (how === "open" || typeof row !== "object" || row === null || !Object.hasOwn(row, attribute)) return [];
      const path = printReference([name, attribute]) + (rows.length > 1 ? ` (row ${index + 1})` : "");
      const value = (row as { readonly [name: string]: unknown })[attribute];
      return textsIn(value).map((text) => ({
        path,
        class: how,
        text,
        where: { ...where, path: [...where.path, attribute] },
      }));
    }),
  );
}

function rowsOf(tables: PlayWorld["tables"], table: string): readonly unknown[] {
  return Object.hasOwn(tables, table) ? (tables[table] ?? []) : [];
}

/** Texts and numbers of a value, at any depth; what is true or false says too little to be found. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
