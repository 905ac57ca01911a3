import type { Plan } from "../claims/plan.ts";
import type { TemplateValue } from "./policy-document.ts";
import { withReferences } from "./references.ts";
import { type StackChoice, stackTemplate } from "./stack-template.ts";
import type { Template } from "./template.ts";
import { ALIAS, aliasId, PROVISIONED, type TriggerFunction } from "./trigger-function.ts";

/**
 * The stack of `stackTemplate` for AWS SAM: the code is the folder the template lies in, and SAM uploads it, publishes
 * versions and makes the alias.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function samTemplate(plan: Plan, choice: StackChoice): Template {
  const { AWSTemplateFormatVersion, Parameters = {}, Resources, ...rest } = stackTemplate(plan, choice);
  const { CodeBucket: _, CodeKey: __, Release: ___, ...parameters } = Parameters;
  const ids: readonly TriggerFunction["id"][] = plan.federation ? ["PreToken", "InboundFederation"] : ["PreToken"];
  const made = new Set(ids.flatMap((id) => [`${id}LambdaVersion`, aliasId(id)]));
  const functions = Object.fromEntries(
    ids.map((id) => [`${id}LambdaFunction`, samFunction(Resources[`${id}LambdaFunction`] ?? null, id === "PreToken")]),
  );
  // SAM takes a function's alias by this name.
  const aliases = ids.map((id) => [aliasId(id), { ref: { Ref: `${id}LambdaFunction.Alias` } }] as const);
  const kept = Object.entries({ ...Resources, ...functions }).filter(([id]) => !made.has(id));
  const body = withReferences({ ...rest, Resources: Object.fromEntries(kept) }, Object.fromEntries(aliases));
  return {
    AWSTemplateFormatVersion: AWSTemplateFormatVersion ?? "2010-09-09",
    Transform: "AWS::Serverless-2016-10-31",
    Parameters: parameters,
    ...(body as unknown as Pick<Template, "Resources">),
  };
}

function samFunction(resource: TemplateValue, isTuned: boolean): TemplateValue {
  const { Properties, DependsOn } = resource as { readonly Properties: Members; readonly DependsOn: TemplateValue };
  const { Code: _, Description: __, ...same } = Properties;
  return {
    Type: "AWS::Serverless::Function",
    DependsOn,
    // It is built: `sam build` would look for a package of npm.
    Metadata: { SkipBuild: true },
    Properties: {
      ...same,
      CodeUri: ".",
      AutoPublishAlias: ALIAS,
      // A version for other settings too: the alias would keep the mode that it was published with.
      AutoPublishAliasAllProperties: true,
      ...(isTuned && { ProvisionedConcurrencyConfig: PROVISIONED }),
    },
  };
}

type Members = { readonly [name: string]: TemplateValue };
