import { printReference } from "../language/reference.ts";
import type { KeyTemplates, Plan, PlanSource } from "../plan.ts";
import { code, codes, type Markdown, table, words } from "./markdown.ts";
import { printExpression } from "./print-expression.ts";

/** Every source: how it is read, who can write it, and what happens without it; then tenant and partition. */
export function sources(plan: Plan): Markdown {
  const rows = Object.entries(plan.sources).map(([name, source]) => [
    code(name),
    readText(source),
    source.trust,
    source.residency === undefined ? "any region" : codes(source.residency),
    missingText(source),
    errorText(source),
    codes(Object.keys(source.attributes)),
  ]);
  const head = ["source", "is", "written by", "sealed in", "without a row", "when it cannot be read", "attributes"];
  return [table(head, rows), ...tenantText(plan), ...partitionText(plan)].join("\n\n");
}

/** Everything that is less protected than the language would have it, and whose word that is. */
export function approvals({ approvals: signed }: Plan): Markdown {
  const rows = signed.map(({ what, path, reason, approvedBy, until }) => [
    code(what),
    code(path.join(".")),
    words(reason),
    approvedBy === undefined ? "" : words(approvedBy),
    until ?? "without end",
  ]);
  return table(["what", "where", "reason", "approved by", "until"], rows, "Nobody signed for anything.");
}

function readText(source: PlanSource): Markdown {
  switch (source.kind) {
    case "custom":
      return `the hook ${code(source.hook)}`;
    case "chain":
      return `the function ${code(source.function)}`;
    case "row":
      return `a row of ${code(source.table)} by ${keyText(source.key)}${placeText(source)}`;
    case "query": {
      const index = source.index === undefined ? "" : `, index ${code(source.index)}`;
      const begins = source.beginsWith ? `, beginning with ${keyText(source.beginsWith)}` : "";
      const more = source.onMore === "deny" ? "more refuse" : "more are cut";
      return `up to ${source.limit} rows of ${code(source.table)} by ${keyText(source.key)}${index}${begins} (${more})${placeText(source)}`;
    }
  }
}

function placeText({ region, consistent }: { readonly region?: string; readonly consistent: boolean }): Markdown {
  return `${region === undefined ? "" : ` in ${code(region)}`}${consistent ? ", read consistently" : ""}`;
}

function keyText(key: KeyTemplates): Markdown {
  return codes(
    Object.entries(key).map(([attribute, parts]) => {
      const template = parts.map((part) => (typeof part === "string" ? part : `{${printReference(part.ref)}}`));
      return `${attribute} = ${template.join("")}`;
    }),
  );
}

function missingText({ kind, onMissing }: PlanSource): Markdown {
  if (onMissing === "deny") return `refuses, ${code("SOURCE_MISSING")}`;
  return kind === "query" ? "no rows" : "an empty row";
}

function errorText({ onError }: PlanSource): Markdown {
  if (onError === "deny") return `refuses, ${code("SOURCE_UNAVAILABLE")}`;
  return onError === "unknown" ? "its values are unknown" : `a row of up to ${onError.stale} s ago, or it refuses`;
}

function tenantText({ tenant }: Plan): readonly Markdown[] {
  if (tenant === undefined) return [];
  const without = tenant.otherwise === "deny" ? `refuses, ${code("TENANT_REFUSED")}` : "is no tenant";
  return [
    [
      `The tenant is what ${code(printExpression(tenant.requested))} asks for, if it is in ${code(printExpression(tenant.allowed))}.`,
      ...(tenant.default ? [`Where nothing is asked for, it is ${code(printExpression(tenant.default))}.`] : []),
      `None ${without}.`,
    ].join(" "),
  ];
}

function partitionText({ partition }: Plan): readonly Markdown[] {
  if (partition === undefined) return [];
  const rows = Object.entries(partition.values).map(([value, texts]) => [
    code(value),
    codes(Object.entries(texts).map(([name, text]) => `${name} = ${text}`)),
  ]);
  return [
    `Where a person's data live is told by ${code(printExpression(partition.by))}.`,
    table(["partition", "gives"], rows),
  ];
}
