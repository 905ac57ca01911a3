import type { TemplateValue } from "./policy-document.ts";

/** What a logical id of a template is called in another one. */
export type Renamed = {
  /** In place of `Ref`. */
  readonly ref: TemplateValue;
  /** In place of `Fn::GetAtt`; what has none there is asked for nothing but `Ref`. */
  readonly attribute?: (name: string) => TemplateValue;
};

/** A part of a template with its logical ids replaced, wherever it refers to one; all else stays. */
export function withReferences(value: TemplateValue, names: { readonly [id: string]: Renamed }): TemplateValue {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((each) => withReferences(each, names));
  const { Ref, "Fn::GetAtt": attribute, "Fn::Sub": text } = value;
  if (typeof Ref === "string") return own(names, Ref)?.ref ?? value;
  if (attribute !== undefined && isList(attribute)) {
    const [id, name] = attribute;
    const renamed = typeof id === "string" ? own(names, id)?.attribute : undefined;
    return typeof name === "string" && renamed ? renamed(name) : value;
  }
  if (text !== undefined) return substituted(text, names);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withReferences(each, names)]));
}

/** Names in a text stay, and what they stand for goes along. */
function substituted(text: TemplateValue, names: { readonly [id: string]: Renamed }): TemplateValue {
  const [template = "", given = {}] = isList(text) ? text : [text];
  const values = withReferences(given, names) as { readonly [name: string]: TemplateValue };
  const found = [...(typeof template === "string" ? template : "").matchAll(/\$\{(\w+)\}/g)].flatMap(([, id = ""]) => {
    const renamed = Object.hasOwn(values, id) ? undefined : own(names, id);
    return renamed ? [[id, renamed.ref] as const] : [];
  });
  const all = { ...values, ...Object.fromEntries(found) };
  return { "Fn::Sub": Object.keys(all).length > 0 ? [template, all] : template };
}

function own(names: { readonly [id: string]: Renamed }, id: string): Renamed | undefined {
  return Object.hasOwn(names, id) ? names[id] : undefined;
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}
