import type { Plan } from "../claims/plan.ts";
import { regionWatch } from "./alarms-stack.ts";
import { DeployError } from "./deploy-error.ts";
import type { TemplateValue } from "./policy-document.ts";
import { keysOf, type Store, tablesOf, VARIABLE } from "./stores.ts";
import { keyOutputs, resourcesOf, type Template } from "./template.ts";

/**
 * Tables and keys that a map wants in other regions than its stack's, and what watches the keys: a whole template for
 * each. Nothing fills in `${env:NAME}` there, so the name of the trigger's role is a parameter.
 *
 * @param home The stack's region; undefined where the map states none.
 * @throws {DeployError} `READER_VARIABLE` when a key's policy would have to name a role that only the environment knows.
 */
export function elsewhere(plan: Plan, home: string | undefined): { readonly [region: string]: Template } {
  const away = ({ region }: Store): boolean => region !== undefined && region !== home && !VARIABLE.test(region);
  const [tables, keys] = [tablesOf(plan).filter(away), keysOf(plan, "${IssuerRoleName}").filter(away)];
  for (const name of keys.flatMap(({ owners }) => owners)) {
    if (plan.resourceServers[name]?.readers.some((role) => VARIABLE.test(role))) {
      const message = `resource server "${name}" has its key in a region of its own; write its readers' ARNs in the map`;
      throw new DeployError("READER_VARIABLE", message);
    }
  }
  const regions = [...new Set([...tables, ...keys].map(({ region }) => region ?? ""))];
  return Object.fromEntries(
    regions.map((region) => {
      const [there, sealed] = [tables, keys].map((stores) => stores.filter((store) => store.region === region));
      return [region, regionTemplate(plan, region, there ?? [], sealed ?? [])];
    }),
  );
}

function regionTemplate(plan: Plan, region: string, tables: readonly Store[], keys: readonly Store[]): Template {
  const watch = regionWatch({ keyArns: keys.map(({ id }) => ({ "Fn::GetAtt": [id, "Arn"] })) });
  const tableOutputs = tables.map(({ id }): [string, TemplateValue] => [`${id}Name`, { Value: { Ref: id } }]);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `claimseal: what ${plan.name} keeps in ${region}`,
    ...(keys.length > 0 && { Parameters: { IssuerRoleName: ISSUER_ROLE_NAME } }),
    Resources: { ...resourcesOf(tables), ...resourcesOf(keys), ...watch.Resources },
    Outputs: { ...Object.fromEntries(tableOutputs), ...keyOutputs(keys), ...watch.Outputs },
  };
}

/** The parameter of a template that does not create the trigger's role: its name. */
export const ISSUER_ROLE_NAME: TemplateValue = {
  Type: "String",
  AllowedPattern: "[A-Za-z0-9+=,.@_-]{1,64}",
  Description: "the trigger's role",
};
