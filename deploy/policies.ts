import type { Plan } from "../claims/plan.ts";
import { usedArns } from "./cloudformation.ts";
import { issuerPolicy, poolBinding } from "./issuer-policy.ts";
import { type KeyPolicy, keyPolicies, pseudonymKeyPolicy } from "./key-policies.ts";
import type { PolicyDocument, TemplateValue } from "./policy-document.ts";
import { readerPolicy } from "./reader-policy.ts";
import { sealedServers } from "./sealed-servers.ts";
import { spreadPartitions } from "./spread-partitions.ts";

/** Every policy a map implies. */
export type Policies = {
  /** Of the trigger's role: what the map needs. */
  readonly trigger: PolicyDocument;
  /** Of the trigger's role too, once its pool is there: nothing for any other pool. Null where the map seals nothing. */
  readonly triggerPool: PolicyDocument | null;
  /** Of each reader's role, by resource server. */
  readonly readers: { readonly [resourceServer: string]: PolicyDocument };
  /** Of each key, by the resource server, and behind a dot the value of the partition, it is for. */
  readonly keys: { readonly [resourceServer: string]: KeyPolicy };
  /** Of the key that pseudonyms are made with; null where the map makes none. */
  readonly pseudonymKey: KeyPolicy | null;
};

/** What policies are about and a map does not name. */
export type Named = {
  /** The name of the trigger's role, as text for `Fn::Sub`. */
  readonly role: string;
  readonly pool: TemplateValue;
  readonly logGroupArn: TemplateValue;
};

/** The policies of a map, whose tables and keys are in it by the map's own words. */
export function policiesOf(map: Plan, { role, pool, logGroupArn }: Named): Policies {
  const plan = spreadPartitions(map);
  const arns = usedArns([], [], logGroupArn);
  return {
    trigger: issuerPolicy(plan, arns),
    triggerPool: poolBinding(plan, arns.keyArn, pool) ?? null,
    readers: Object.fromEntries(
      sealedServers(map).map(([name, server]) => [name, readerPolicy(server, keysFor(name, plan))]),
    ),
    keys: keyPolicies(plan, role),
    pseudonymKey: plan.pseudonyms ? pseudonymKeyPolicy(role) : null,
  };
}

/** Every key that a resource server's envelopes can be under: of a partitioned map, one for each place. */
function keysFor(name: string, spread: Plan): readonly string[] {
  return sealedServers(spread).flatMap(([each, { seal }]) =>
    each === name || each.startsWith(`${name}.`) ? [seal.key] : [],
  );
}
