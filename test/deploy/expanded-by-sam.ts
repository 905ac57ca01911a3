import type { TemplateValue } from "../../deploy/policy-document.ts";
import { withReferences } from "../../deploy/references.ts";
import type { AnyTemplate } from "./as-deployed.ts";

type Members = { readonly [member: string]: TemplateValue };

/**
 * What AWS SAM makes of a template, as its specification says for the few properties that are used here
 * (`AWS::Serverless::Function`: `CodeUri`, `AutoPublishAlias`, `AutoPublishAliasAllProperties`,
 * `ProvisionedConcurrencyConfig`): a function, a version that is kept, an alias, which `Ref` finds as `ID.Alias`.
 */
export function expandedBySam(template: AnyTemplate): AnyTemplate {
  const aliases: Record<string, { ref: TemplateValue }> = {};
  const Resources = Object.entries(template.Resources).flatMap(([id, resource]) => {
    if (resource.Type !== "AWS::Serverless::Function") return [[id, resource] as const];
    const { CodeUri, AutoPublishAlias, AutoPublishAliasAllProperties, ProvisionedConcurrencyConfig, ...same } =
      resource["Properties"] as Members;
    if (CodeUri !== "." || AutoPublishAliasAllProperties !== true || typeof AutoPublishAlias !== "string")
      throw new Error("SAM is not told as expected");
    const [aliasId, FunctionName] = [`${id}Alias${AutoPublishAlias}`, { Ref: id }];
    aliases[`${id}.Alias`] = { ref: { Ref: aliasId } };
    const version = { FunctionVersion: { "Fn::GetAtt": [`${id}Version0123456789`, "Version"] } };
    const Alias = { FunctionName, Name: AutoPublishAlias, ...version };
    const Code = { S3Bucket: "sam-bucket", S3Key: "sam-key" };
    return [
      [id, { ...resource, Type: "AWS::Lambda::Function", Properties: { ...same, Code } }],
      [
        `${id}Version0123456789`,
        { Type: "AWS::Lambda::Version", DeletionPolicy: "Retain", Properties: { FunctionName } },
      ],
      [
        aliasId,
        {
          Type: "AWS::Lambda::Alias",
          Properties: { ...Alias, ...(ProvisionedConcurrencyConfig !== undefined && { ProvisionedConcurrencyConfig }) },
        },
      ],
    ] as const;
  });
  const { Transform: _, ...rest } = template as AnyTemplate & { readonly Transform?: unknown };
  const whole = { ...rest, Resources: Object.fromEntries(Resources) };
  return withReferences(whole as unknown as TemplateValue, aliases) as unknown as AnyTemplate;
}
