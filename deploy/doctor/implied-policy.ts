import { canonicalJson } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { type KeyPolicy, keyPolicies, pseudonymKeyPolicy } from "../key-policies.ts";
import { resolveTemplate } from "../resolve-template.ts";
import { accountOf } from "./arn-pattern.ts";
import { type PolicyStatement, policyStatements } from "./policy-statements.ts";
import type { UsedKey } from "./used-stores.ts";

export type Compared = {
  readonly plan: Plan;
  readonly used: UsedKey;
  readonly readers: readonly string[];
  /** The trigger's role, an ARN. */
  readonly role: string;
  readonly statements: readonly PolicyStatement[];
};

/**
 * How a key's policy differs from the one that the map implies, in what it says: order, spelling and names of statements
 * do not count. Null where it does not.
 */
export function differsFromImplied(compared: Compared): string | null {
  const implied = impliedStatements(compared);
  const [is, should] = [compared.statements, implied].map(
    (each) => new Map(each.map((one) => [meaning(one), one.label])),
  );
  const lacks = [...(should ?? [])].filter(([said]) => !is?.has(said)).map(([, label]) => label);
  const more = [...(is ?? [])].filter(([said]) => !should?.has(said)).map(([, label]) => label);
  if (lacks.length === 0 && more.length === 0) return null;
  const told = (what: string, labels: readonly string[]): string =>
    labels.length > 0 ? [what, labels.join(", ")].join(" ") : "";
  return [told("it lacks", lacks), told("it has beside it", more)].filter(Boolean).join("; ");
}

function impliedStatements({ used, readers, role, plan }: Compared): readonly PolicyStatement[] {
  const [, partition = "aws"] = used.arn.split(":");
  const [account, name = ""] = [accountOf(role), role.split(":role/")[1]];
  const refs = { "AWS::Partition": partition, "AWS::AccountId": account };
  const policy: KeyPolicy | undefined =
    used.server === null
      ? pseudonymKeyPolicy(name)
      : keyPolicies({ ...plan, resourceServers: { key: { ...used.server, readers } } }, name)["key"];
  return policyStatements(JSON.stringify(resolveTemplate(policy ?? null, { refs }))) ?? [];
}

/** What a statement says, whatever it is called and however it is written. */
function meaning({ allows, principals, actions, conditions }: PolicyStatement): string {
  const set = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted();
  return canonicalJson({
    allows,
    principals: { ...principals, values: set(principals.values) },
    actions: { ...actions, values: set(actions.values) },
    conditions: conditions.map((each) => canonicalJson({ ...each, values: set(each.values) })).toSorted(),
  });
}
