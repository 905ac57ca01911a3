import { FUNCTION_GROUPS, type FunctionEntry } from "./function-entries.ts";

/** The list of functions in `docs/reference/expressions.md`, as Markdown. */
export function expressionsPage(): string {
  const sections = FUNCTION_GROUPS.map(
    ({ title, entries }) => `## ${title}\n\n${entries.map(entrySection).join("\n\n")}`,
  );
  return sections.join("\n\n");
}

function entrySection({ form, gives, says, unknown, classAndTrust, example }: FunctionEntry): string {
  const [expression, comesTo] = example;
  const result = comesTo === "unknown" ? "unknown" : `\`${comesTo}\``;
  return [
    `### \`${form}\``,
    "",
    says,
    "",
    `- Gives: ${gives.startsWith("the") ? gives : `\`${gives}\``}`,
    `- Class and trust: ${classAndTrust ?? "those of what it reads"}`,
    `- Unknown: ${unknown === undefined ? "" : `where ${unknown}, and `}where what it needs is unknown`,
    `- \`${expression}\` is ${result}`,
  ].join("\n");
}
