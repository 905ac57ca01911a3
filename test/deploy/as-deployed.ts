import type { TemplateValue } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { ACCOUNT, POOL_ID } from "./a-deployment.ts";

/** A template, whoever made it. */
export type AnyTemplate = {
  readonly Parameters?: { readonly [id: string]: unknown };
  readonly Conditions?: { readonly [id: string]: unknown };
  readonly Resources: { readonly [id: string]: AnyResource };
};

type AnyResource = { readonly Type: string; readonly Metadata?: unknown; readonly [member: string]: unknown };

export type Deployment = {
  readonly stack: string;
  readonly parameters: { readonly [name: string]: string };
  /** What a logical id is called in every template; null for what is left out of the comparison. */
  readonly called: (id: string, resource: AnyResource) => string | null;
};

/** Each resource as its service is told it, by the name that it has in every template. */
export type Deployed = ReadonlyMap<string, { readonly [member: string]: TemplateValue }>;

/**
 * A template as CloudFormation would work it out, so that two that say the same in other words are equal: every name of
 * a resource stands for the same text in both, whatever the resource is called and however it is referred to.
 */
export function asDeployed(template: AnyTemplate, { stack, parameters, called }: Deployment): Deployed {
  const names = Object.entries(template.Resources).map(([id, resource]) => [id, called(id, resource) ?? id] as const);
  const refs = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": stack,
    "AWS::URLSuffix": "amazonaws.com",
    ...Object.fromEntries(names.map(([id, name]) => [id, name === "UserPool" ? POOL_ID : `ref-of-${name}`])),
    ...parameters,
  };
  const attributes = Object.fromEntries(
    names.map(([id, name]) => [id, { Arn: name === "UserPool" ? POOL_ARN : `arn-of-${name}`, Version: `of-${name}` }]),
  );
  const given = { refs, attributes };
  const conditions = resolveTemplate((template.Conditions ?? {}) as TemplateValue, given) as Record<string, boolean>;
  return new Map(
    Object.entries(template.Resources).flatMap(([id, resource]) => {
      const name = called(id, resource);
      if (name === null) return [];
      const { Type, Properties = {}, DeletionPolicy = "Delete", UpdateReplacePolicy = "Delete" } = resource;
      const told = resolveTemplate({ Properties } as TemplateValue, { ...given, conditions }) as { Properties: object };
      return [[name, { Type, DeletionPolicy, UpdateReplacePolicy, ...told.Properties } as never] as const];
    }),
  );
}

const POOL_ARN = `arn:aws:cognito-idp:eu-central-1:${ACCOUNT}:userpool/${POOL_ID}`;

/** Where two deployments differ: a resource that only one has, or a property as `PreTokenLambdaFunction.Code`. */
export function differing(one: Deployed, other: Deployed): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const [first, second] = [one.get(name), other.get(name)];
    if (!first || !second) return [name];
    const members = new Set([...Object.keys(first), ...Object.keys(second)]);
    return [...members].toSorted().flatMap((member) => {
      const same = told(first[member] ?? null) === told(second[member] ?? null);
      return same ? [] : [`${name}.${member}`];
    });
  });
}

/** One text for values that a service takes for the same: order of members, and numbers or truths written as texts. */
function told(value: TemplateValue): string {
  if (Array.isArray(value)) return `[${value.map(told).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value === null ? null : String(value));
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${told(each)}`);
  return `{${members.toSorted().join()}}`;
}
