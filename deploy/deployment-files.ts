import type { Plan } from "../claims/plan.ts";
import { cloudFormationParts } from "./cloudformation.ts";
import { federationTemplate } from "./inbound-federation.ts";
import type { TemplateValue } from "./policy-document.ts";

/**
 * The files beside `plan.json` that a deployment reads, by name: `resources.json` for `serverless.yml`, and a whole
 * template for every other region the map keeps something in, such as `eu-west-1.template.json`, and for the trigger that
 * decides what enters the pool.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function deploymentFiles(plan: Plan): { readonly [file: string]: TemplateValue } {
  const { elsewhere, ...resources } = cloudFormationParts(plan);
  const templates = Object.entries(elsewhere).map(([region, template]) => [`${region}.template.json`, template]);
  const federation = federationTemplate(plan);
  return {
    "resources.json": resources,
    ...Object.fromEntries(templates),
    ...(federation && { "federation.template.json": federation }),
  };
}
