import { DeployError } from "./deploy-error.ts";
import type { TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";

const VARIABLE = /\$\{env:(\w+)\}/g;

/**
 * A template in which every `${env:NAME}` of a map is a parameter, for stacks that no framework fills in: `STAFF_TABLE`
 * is `StaffTable`.
 *
 * @param known What some of them are in this template, by name.
 * @throws {DeployError} `NAMES_TOO_ALIKE` for a variable that would have the name of something else.
 */
export function withParameters(template: Template, known: Known = {}): Template {
  const names = new Set<string>();
  const { Resources, Outputs = {}, Parameters = {}, ...rest } = template;
  const replaced = replace({ Resources, Outputs }, known, names) as Pick<Template, "Resources" | "Outputs">;
  const variables: { [id: string]: TemplateValue } = {};
  for (const name of names) {
    const id = parameterOf(name);
    if ([Resources, Parameters, variables].some((taken) => Object.hasOwn(taken, id))) {
      const message = `variable "${name}" would have the name of something else in a template; rename it`;
      throw new DeployError("NAMES_TOO_ALIKE", message);
    }
    variables[id] = { Type: "String", Description: `the map's ${name}` };
  }
  return { ...rest, Parameters: { ...Parameters, ...variables }, ...replaced };
}

type Known = { readonly [name: string]: TemplateValue };

/** An id for CloudFormation, letters and digits only. */
function parameterOf(name: string): string {
  return name
    .split("_")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join("");
}

function replace(value: TemplateValue, known: Known, names: Set<string>): TemplateValue {
  if (typeof value === "string") return ofText(value, known, names);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((each) => replace(each, known, names));
  if (typeof value["Fn::Sub"] === "string") return filled(value["Fn::Sub"], known, names);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replace(each, known, names)]));
}

function ofText(text: string, known: Known, names: Set<string>): TemplateValue {
  const [, only] = /^\$\{env:(\w+)\}$/.exec(text) ?? [];
  if (only !== undefined) {
    if (Object.hasOwn(known, only)) return known[only] ?? null;
    names.add(only);
    return { Ref: parameterOf(only) };
  }
  if (text.search(VARIABLE) < 0) return text;
  // What is no variable of the map's stays text: IAM has variables of the same form.
  return filled(text.replaceAll(/\$\{(?!env:)/g, "${!"), known, names);
}

/** A text for `Fn::Sub`; what is known of its variables goes along under the name a parameter would have. */
function filled(text: string, known: Known, names: Set<string>): TemplateValue {
  const values: { [id: string]: TemplateValue } = {};
  const replaced = text.replaceAll(VARIABLE, (_, name: string) => {
    const id = parameterOf(name);
    if (Object.hasOwn(known, name)) values[id] = known[name] ?? null;
    else names.add(name);
    return `\${${id}}`;
  });
  return { "Fn::Sub": Object.keys(values).length > 0 ? [replaced, values] : replaced };
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}
