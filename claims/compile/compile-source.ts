import type { ClaimMap, WrittenKey, WrittenSource, WrittenTable } from "../claim-map.ts";
import { readKeyTemplate } from "../language/key-template.ts";
import type { KnownValue } from "../language/known-values.ts";
import type { Declaration, KeyTemplates, Plan, PlanSource, SourceRead, TemplatePart } from "../plan.ts";
import { secondsOf } from "../shape/duration.ts";

/** The sources of a map that passed every check, as a plan has them. */
export function compileSources({ sources }: ClaimMap, values: readonly KnownValue[]): Plan["sources"] {
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]): [string, PlanSource] => {
      const attributes = declarations(
        values.filter(({ reference }) => reference[0] === name && reference.length === 2),
      );
      const isSensitive = Object.values(attributes).some((attribute) => attribute.class === "sensitive");
      const { trust, residency, onMissing, onError } = source;
      return [
        name,
        {
          ...sourceRead(source, isSensitive),
          trust,
          ...(residency && { residency }),
          onMissing,
          onError: typeof onError === "object" ? { stale: secondsOf(onError.stale) } : onError,
          attributes,
        },
      ];
    }),
  );
}

function sourceRead({ dynamodb, custom, chain }: WrittenSource, isSensitive: boolean): SourceRead {
  if (custom !== undefined) return { kind: "custom", hook: custom };
  if (chain !== undefined) return { kind: "chain", function: chain };
  if (dynamodb === undefined) throw new TypeError("a plan is made of sources that passed the check");
  return tableRead(dynamodb, isSensitive);
}

function tableRead({ table, region, key, query, consistent }: WrittenTable, isSensitive: boolean): SourceRead {
  const place = {
    table,
    ...(region !== undefined && { region }),
    // A sensitive value that was taken back must not be read from a copy that has not heard of it.
    consistent: consistent || isSensitive,
  };
  if (query === undefined) return { kind: "row", ...place, key: templates(key ?? {}) };
  const { index, beginsWith, order, limit, onMore } = query;
  return {
    kind: "query",
    ...place,
    ...(index !== undefined && { index }),
    key: templates(query.key),
    ...(beginsWith && { beginsWith: templates(beginsWith) }),
    order,
    limit,
    onMore,
  };
}

function templates(key: WrittenKey): KeyTemplates {
  return Object.fromEntries(Object.entries(key).map(([attribute, text]) => [attribute, templateParts(text)]));
}

function templateParts(text: string): readonly TemplatePart[] {
  const template = readKeyTemplate(text);
  if ("problem" in template) throw new TypeError("a plan is made of key templates that passed the check");
  return template.parts;
}

function declarations(values: readonly KnownValue[]): { readonly [name: string]: Declaration } {
  return Object.fromEntries(values.map(({ reference, declaration }) => [reference[1], declaration]));
}
