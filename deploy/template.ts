import type { TemplateValue } from "./policy-document.ts";
import type { Store } from "./stores.ts";

/** A CloudFormation template, whole or in part. */
export type Template = {
  readonly AWSTemplateFormatVersion?: "2010-09-09";
  readonly Transform?: "AWS::Serverless-2016-10-31";
  readonly Description?: string;
  readonly Parameters?: { readonly [id: string]: TemplateValue };
  readonly Conditions?: { readonly [id: string]: TemplateValue };
  readonly Resources: { readonly [id: string]: TemplateValue };
  readonly Outputs?: { readonly [id: string]: TemplateValue };
};

/** Stores as a template's resources. */
export function resourcesOf(stores: readonly Store[]): Template["Resources"] {
  return Object.fromEntries(stores.map(({ id, resource }) => [id, resource]));
}

/** What a downstream service configures its opener with. */
export function keyOutputs(keys: readonly Store[]): NonNullable<Template["Outputs"]> {
  return Object.fromEntries(keys.map(({ id }) => [`${id}Arn`, { Value: { "Fn::GetAtt": [id, "Arn"] } }]));
}
