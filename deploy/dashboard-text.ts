import type { TemplateValue } from "./policy-document.ts";

/**
 * A value as the text of its JSON, for properties that want one, with what only CloudFormation knows left in it: names
 * and ARNs, in which nothing has to be escaped.
 */
export function jsonText(value: TemplateValue): TemplateValue {
  const parts: (string | TemplateValue)[] = [];
  for (const part of written(value)) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return { "Fn::Join": ["", parts] };
}

/** Text and functions in turn. */
function written(value: TemplateValue): readonly TemplateValue[] {
  if (Array.isArray(value)) return ["[", ...separated(value.map(written)), "]"];
  if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
  const known = value as { readonly [member: string]: TemplateValue };
  if ("Ref" in known || "Fn::GetAtt" in known) return ['"', known, '"'];
  if ("Fn::Join" in known) return ['"', ...joined(known["Fn::Join"] as readonly TemplateValue[]), '"'];
  const members = Object.entries(known).map(([name, each]) => [`${JSON.stringify(name)}:`, ...written(each)]);
  return ["{", ...separated(members), "}"];
}

/** What is joined by nothing; other joins are not needed here. */
function joined([separator, parts]: readonly TemplateValue[]): readonly TemplateValue[] {
  if (separator !== "" || !Array.isArray(parts)) throw new TypeError("a join with a separator is not known here");
  return parts.map((part: TemplateValue) => (typeof part === "string" ? JSON.stringify(part).slice(1, -1) : part));
}

function separated(lists: readonly (readonly TemplateValue[])[]): readonly TemplateValue[] {
  return lists.flatMap((list, index) => (index === 0 ? list : [",", ...list]));
}
