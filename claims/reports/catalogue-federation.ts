import { PROVIDER_ROOT } from "../language/language.ts";
import { printReference } from "../language/reference.ts";
import type { Plan, PlanKept, PlanProvider } from "../plan.ts";
import { code, codes, type Markdown, table, words } from "./markdown.ts";
import { printExpression } from "./print-expression.ts";
import { referencesOf } from "./references.ts";

/** What the user pool stores of what each identity provider sends; nothing where a map does not say. */
export function poolSection({ federation }: Plan): readonly Markdown[] {
  if (federation === undefined) return [];
  const rows = Object.entries(federation.providers).flatMap(([name, provider]) =>
    provider.keep.map((kept) => [
      words(name),
      code(kept.name),
      kept.pool.length === 0 ? "" : codes(kept.pool),
      kept.class,
      kept.required ? "refuses" : "is left out",
      code(printExpression(kept.value)),
      purposes(provider, kept).map(words).join("; "),
      kept.maxBytes === null ? "unbounded" : String(kept.maxBytes),
    ]),
  );
  return [
    "## What enters the pool",
    "Of what identity providers send, before any of it is stored. Nothing else enters, and people of another provider cannot sign in.",
    table(["provider", "kept as", "pool attribute", "class", "unknown", "value", "purpose", "bytes at most"], rows),
  ];
}

/** Lines of the table of personal data: what a provider sends, and what it becomes in the pool. */
export function sentData({ federation }: Plan): readonly (readonly Markdown[])[] {
  return Object.entries(federation?.providers ?? {}).flatMap(([name, { attributes, keep }]) =>
    Object.entries(attributes).flatMap(([attribute, { class: how, purpose }]) => {
      if (how === "open") return [];
      const printed = printReference([PROVIDER_ROOT, attribute]);
      const kept = keep.filter(({ value }) => referencesOf(value).some((each) => printReference(each) === printed));
      const goesTo = kept.map((each) => `the user pool: ${codes(each.pool.length === 0 ? [each.name] : each.pool)}`);
      const from = `identity provider ${words(name)}`;
      return [[code(printed), how, purpose === undefined ? "" : words(purpose), from, goesTo.join("<br>") || "nobody"]];
    }),
  );
}

function purposes({ attributes }: PlanProvider, { value }: PlanKept): readonly string[] {
  const read = referencesOf(value).flatMap(([, name = ""]) => attributes[name]?.purpose ?? []);
  return [...new Set(read)];
}
