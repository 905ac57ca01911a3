import { type Registry, registryOf } from "../../attributes/registry.ts";
import type { RowStore } from "../../attributes/row-store.ts";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";

/** A map with a source of every kind there is. */
export const HOSPITAL = `version: 1
name: hospital
revision: "7"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, trust: operator, maxLength: 60, pattern: "[^@]+@[^@]+", purpose: "shown to the person" }
  client.metadata.org: { type: string, class: open, maxLength: 12 }
sources:
  staff:
    dynamodb: { table: "\${env:PEOPLE}", region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    residency: [eu-central-1]
    onMissing: empty
    onError: deny
    attributes:
      profession: { type: string, class: open, values: [physician, nurse, clerk] }
      shifts:     { type: int, class: open, min: 1, max: 7 }
      rate:       { type: double, class: open, min: 0, max: 10 }
      since:      { type: timestamp, class: open, min: "2000-01-01T00:00:00Z" }
      suspended:  { type: bool, class: open, default: false }
      wards:      { type: list<string>, class: open, maxItems: 3, maxLength: 4 }
      office:     { type: map, class: open, fields: { floor: { type: int, min: 0, max: 9 }, room: { type: string, maxLength: 4 } } }
      licenceNo:  { type: string, class: pii, maxLength: 24, pattern: "[A-Z]{2}-[0-9]+", purpose: "register id" }
      bloodType:  { type: string, class: sensitive, values: ["0+", "A-"], purpose: "exposure protocol" }
      side:       { type: string, class: open, values: [east, west] }
      account:    { type: string, class: open, maxLength: 12 }
  roster:
    dynamodb: { table: "\${env:PEOPLE}", region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      wards: { type: list<string>, class: open, maxItems: 2, maxLength: 4 }
      nights: { type: bool, class: open }
  memberships:
    dynamodb: { table: "\${env:ORGS}", query: { key: { pk: "USER#{user.sub}" }, beginsWith: { sk: "ORG#" }, limit: 2, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      org:  { type: string, class: open, maxLength: 12 }
      role: { type: string, class: open, values: [owner, viewer] }
  company:
    dynamodb: { table: "\${env:ORGS}", key: { pk: "ORG#{tenant.id}", sk: INFO } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      tier: { type: string, class: open, values: [free, team] }
  colleagues:
    dynamodb: { table: "\${env:ORGS}", query: { index: by-org, key: { org: "{tenant.id}" }, limit: 5, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      role: { type: string, class: open, values: [owner, viewer, guest] }
  seat:
    dynamodb: { table: "\${env:ORGS}", key: { pk: "SEAT#{tenant.id}", sk: "USER#{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      desk: { type: string, class: open, maxLength: 8 }
  account:
    dynamodb: { table: "\${env:PEOPLE}", region: eu-central-1, key: { pk: "ACCOUNT#{staff.account}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      iban: { type: string, class: pii, maxLength: 34, purpose: "salary" }
  mail:
    dynamodb: { table: "\${env:PEOPLE}", region: eu-central-1, key: { pk: "MAIL#{user.email}" } }
    trust: operator
    keyDeclassify: { reason: "the box has no other name", approvedBy: dpo@example.eu }
    onMissing: empty
    onError: deny
    attributes:
      signature: { type: string, class: pii, maxLength: 80, purpose: "under reports" }
  visits:
    dynamodb: { table: "\${env:VISITS}", query: { key: { person: "{user.sub}" }, limit: 3, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      room: { type: string, class: open, maxLength: 4 }
  locker:
    dynamodb: { table: "{partition.lockers}", region: eu-central-1, key: { pk: "LOCKER#{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      number: { type: int, class: open, min: 1, max: 999 }
  kiosk:
    dynamodb: { table: "\${env:PEOPLE}", region: eu-central-1, key: { pk: "KIOSK#{partition.side}#{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      code: { type: string, class: open, maxLength: 8 }
  rota:
    custom: rota
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      pager: { type: string, class: pii, maxLength: 20, purpose: "called at night" }
tenant:
  requested: client.metadata.org
  allowed: memberships.map(m, m.org)
  otherwise: none
partition:
  by: staff.side
  east: { side: e, lockers: lockers-east, key: "\${env:EAST_KEY}" }
  west: { side: w, lockers: lockers-west, key: "\${env:WEST_KEY}" }
resourceServers:
  care-api:
    identifier: care-api
    scopes: [read]
    seal: { key: "\${env:CARE_KEY}", region: eu-central-1 }
    readers: ["arn:aws:iam::111122223333:role/care-api"]
profiles:
  person:
    match: { grants: [user], clients: ["\${env:WEB}"] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims:
      profession: { value: staff.profession, to: [access], effect: grants }
`;

export const ENVIRONMENT: Readonly<Record<string, string>> = { PEOPLE: "people", ORGS: "orgs", VISITS: "visits" };

/** The keys of the hospital's tables, partition key first. */
export const KEYS = {
  people: ["pk"],
  orgs: ["pk", "sk"],
  visits: ["person", "at"],
  "lockers-east": ["pk"],
  "lockers-west": ["pk"],
} as const;

function compiled(): Plan {
  const { plan, findings } = checkClaimMap(HOSPITAL);
  if (plan === null) throw new Error(JSON.stringify(findings.filter(({ level }) => level === "error")));
  return plan;
}

export const PLAN: Plan = compiled();

export const NOW: Date = new Date("2026-11-22T10:00:00Z");

export function registryAt(store: RowStore, plan: Plan = PLAN): Registry {
  return registryOf(plan, ENVIRONMENT, store, () => NOW);
}
