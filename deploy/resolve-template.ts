import { DeployError } from "./deploy-error.ts";
import type { TemplateValue } from "./policy-document.ts";

/** What a template's names stand for once its stack is deployed. */
export type Deployed = {
  /** What `Ref` and `Fn::Sub` give for a logical id, a parameter or a pseudo parameter such as `AWS::AccountId`. */
  readonly refs: { readonly [name: string]: string };
  /** What `Fn::GetAtt` gives: by logical id, then by attribute. */
  readonly attributes?: { readonly [id: string]: { readonly [attribute: string]: string } };
  /** For `${env:NAME}`, which the Serverless Framework fills in. */
  readonly environment?: { readonly [name: string]: string | undefined };
  /** How the template's own conditions turn out, by name. */
  readonly conditions?: { readonly [name: string]: boolean };
};

/**
 * A part of a template as CloudFormation would hand it to a service: intrinsic functions and `${env:NAME}` replaced.
 * Knows the functions that `deploy/` and `serverless.yml` use.
 *
 * @throws {DeployError} `UNRESOLVED` for a name that is not given, or another function.
 */
export function resolveTemplate(value: TemplateValue, deployed: Deployed): TemplateValue {
  if (typeof value === "string") return fill(value, /\$\{env:(\w+)\}/g, deployed.environment ?? {});
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((each) => resolveTemplate(each, deployed));
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && /^(Ref$|Fn::)/.test(only[0])) return call(only[0], only[1], deployed);
  const given = entries.map(([key, each]) => [key, chosen(each, deployed)] as const);
  return Object.fromEntries(
    given.filter(([, each]) => !isNoValue(each)).map(([key, each]) => [key, resolveTemplate(each, deployed)]),
  );
}

/** The branch of a condition that is taken, or what stands there. */
function chosen(value: TemplateValue, deployed: Deployed): TemplateValue {
  if (typeof value !== "object" || value === null || !("Fn::If" in value)) return value;
  const [name = null, then = null, otherwise = null] = list(value["Fn::If"] ?? null);
  return chosen(own(deployed.conditions ?? {}, text(name)) ? then : otherwise, deployed);
}

/** `Ref` of this pseudo parameter stands for a member that is not there. */
function isNoValue(value: TemplateValue): boolean {
  return typeof value === "object" && value !== null && "Ref" in value && value.Ref === "AWS::NoValue";
}

function call(name: string, argument: TemplateValue, deployed: Deployed): TemplateValue {
  if (name === "Fn::If") return resolveTemplate(chosen({ [name]: argument }, deployed), deployed);
  const given = resolveTemplate(argument, deployed);
  const [first = given, second = null] = isList(given) ? given : [];
  switch (name) {
    case "Ref":
      return own(deployed.refs, text(given));
    case "Fn::Sub":
      return fill(text(first), /\$\{([\w:]+)\}/g, { ...deployed.refs, ...(second as object | null) });
    case "Fn::GetAtt":
      return own(own(deployed.attributes ?? {}, text(first)), text(second));
    case "Fn::Split":
      return text(second).split(text(first));
    case "Fn::Select":
      return list(second)[Number(first)] ?? unresolved("an index within the list");
    case "Fn::Equals":
      return scalar(first) === scalar(second);
    case "Fn::Not":
      return first === false;
    case "Fn::Join":
      return list(second).map(text).join(text(first));
    default:
      return unresolved("a function that is known here");
  }
}

function fill(template: string, variable: RegExp, values: { readonly [name: string]: string | undefined }): string {
  return template.replace(variable, (_, name: string) => own(values, name));
}

function own<T>(values: { readonly [name: string]: T }, name: string): NonNullable<T> {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value ?? unresolved(`something for "${name}"`);
}

function text(value: TemplateValue): string {
  return typeof value === "string" ? value : unresolved("a text");
}

/** As CloudFormation compares them: 0 and "0" are the same. */
function scalar(value: TemplateValue): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : text(value);
}

function list(value: TemplateValue): readonly TemplateValue[] {
  return isList(value) ? value : unresolved("a list");
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

function unresolved(expected: string): never {
  throw new DeployError("UNRESOLVED", `the template cannot be worked out: expected ${expected}`);
}
