import { usesPseudonym } from "../claims/language/expr-parts.ts";
import type { Plan, PlanClaim } from "../claims/plan.ts";
import { isPublicKey } from "../claims/public-key.ts";
import { type DataKey, pseudonymKeys, sealKeys } from "../claims/reports/inventory-places.ts";
import { boundPlan, knownVariables } from "./doctor/bound-plan.ts";
import type { Diagnosis } from "./doctor/examine.ts";
import type { PoolExport } from "./doctor/pool-export.ts";
import { usedKeys } from "./doctor/used-stores.ts";
import { spreadPartitions } from "./spread-partitions.ts";

/** A key of the map, who may use it by the map, and what a look at the real one came to. */
export type AuditedKey = {
  /** The resource server's name, of a partition `NAME.VALUE`; `pseudonyms`. */
  readonly name: string;
  readonly use: DataKey["use"];
  /** As the map names it, variables and all. */
  readonly key: string;
  readonly region: string | null;
  /** As it is deployed; null where that is not known, or KMS knows nothing of it. */
  readonly arn: string | null;
  /** The roles that open what is sealed under it. */
  readonly readers: readonly string[];
  /** Claims that are sealed under it, or hold a pseudonym made with it, each once. */
  readonly claims: readonly string[];
  /** What the doctor found about it; null where nobody looked. */
  readonly found: readonly string[] | null;
  /** Why nobody looked, or not at all of it. */
  readonly notChecked: readonly string[];
};

/** What was deployed, as it was looked at. */
export type Deployed = { readonly pool: PoolExport; readonly diagnosis: Diagnosis };

export const NO_EXPORT = "no export of the pool was given";

/** Every key that a map seals and makes pseudonyms with, held against what is deployed, where that is known. */
export function auditedKeys(plan: Plan, deployed: Deployed | null): readonly AuditedKey[] {
  const { bound } = deployed ? boundPlan(plan, knownVariables(deployed.pool)) : { bound: null };
  const arns = new Map((bound ? usedKeys(bound) : []).map(({ name, arn }) => [name, arn]));
  const told = (name: string, key: DataKey, isHeld: boolean): AuditedKey => ({
    name,
    use: key.use,
    key: key.name,
    region: key.region,
    arn: arns.get(name) ?? null,
    readers: [],
    claims: [],
    ...(isHeld
      ? { found: null, notChecked: ["its readers hold it; KMS knows nothing of it"] }
      : looked(name, deployed)),
  });
  const spread = spreadPartitions(plan);
  return [
    ...Object.entries(spread.resourceServers).flatMap(([name, server]) =>
      sealKeys(spread, server).map((key) => ({
        ...told(name, key, isPublicKey(server.seal?.key ?? "")),
        readers: server.readers,
        claims: claimsFor(plan, server.claim),
      })),
    ),
    ...pseudonymKeys(spread).map((key) => ({
      ...told("pseudonyms", key, false),
      claims: claimNames(plan, ({ value, when }) => [value, when].some((each) => each && usesPseudonym(each))),
    })),
  ];
}

/** The claims of one envelope, whose claim in the token is named `sealed_...`. */
function claimsFor(plan: Plan, envelope: string): readonly string[] {
  const [name = ""] = Object.entries(plan.resourceServers).find(([, { claim }]) => claim === envelope) ?? [];
  return claimNames(plan, ({ sealFor }) => sealFor.includes(name));
}

function claimNames({ profiles }: Plan, wanted: (claim: PlanClaim) => boolean): readonly string[] {
  return [...new Set(profiles.flatMap(({ claims }) => claims.filter(wanted).map(({ name }) => name)))];
}

function looked(name: string, deployed: Deployed | null): Pick<AuditedKey, "found" | "notChecked"> {
  if (deployed === null) return { found: null, notChecked: [NO_EXPORT] };
  const { findings, notChecked } = deployed.diagnosis;
  const isOfKey = ([part, key]: readonly string[]): boolean => part === "keys" && key === name;
  const isOfMap = (place: readonly string[], codes: readonly string[]): boolean =>
    place[0] === "map" && codes.some((code) => code.startsWith("DR7"));
  const open = notChecked.filter(({ place, codes }) => isOfKey(place) || isOfMap(place, codes));
  const isUnseen = open.some(({ place, codes }) => place.length < 3 && codes.includes("DR701"));
  const codes = [...new Set(findings.filter(({ place }) => isOfKey(place)).map(({ code }) => code))];
  return { found: isUnseen ? null : codes, notChecked: [...new Set(open.map(({ reason }) => reason))] };
}
