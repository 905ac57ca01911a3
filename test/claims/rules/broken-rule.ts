import { type CheckOptions, checkClaimMap } from "../../../claims/check.ts";
import { positionIn } from "../a-map-text.ts";

/**
 * A rule in one sentence; the code of what breaks it; the place, marked by `§` in a text that stands once in the broken
 * map; and the changes that break it.
 */
export type BrokenRule = readonly [
  rule: string,
  code: string,
  place: string,
  ...changes: readonly (readonly [old: string, changed: string])[],
];

/** Uses every part of the language that a rule is about, and breaks none, not even under `--strict`. */
export const wholeMap = `version: 1
name: rules
revision: "1"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }
  user.custom:wish: { type: string, class: open, maxLength: 9 }
  user.custom:region: { type: string, class: open, trust: idp, values: [eu, us] }
  user.groups: { type: list<string>, class: open, maxItems: 5, maxLength: 20 }
  client.metadata.clinic: { type: string, class: open, maxLength: 9 }
sources:
  staff:
    dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    residency: [eu-central-1, us-east-1]
    onMissing: deny
    onError: deny
    attributes:
      role: { type: string, class: open, values: [nurse, physician] }
      level: { type: int, class: open }
      clinics: { type: list<string>, class: open, maxItems: 5, maxLength: 9 }
      phone: { type: string, class: pii, maxLength: 20, purpose: "called" }
      blood: { type: string, class: sensitive, maxLength: 3, purpose: "protocol" }
  rooms:
    dynamodb: { table: "rooms-{partition.suffix}", region: "{partition.region}", key: { pk: "{tenant.id}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      ward: { type: string, class: open, maxLength: 9 }
      limit: { type: int, class: open }
  members:
    dynamodb:
      table: members
      query: { key: { pk: "{user.sub}" }, beginsWith: { sk: "ORG#" }, limit: 5, onMore: cut }
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      org: { type: string, class: open, maxLength: 9 }
      note: { type: string, class: pii, maxLength: 9, purpose: "shown" }
  partner:
    dynamodb: { table: partner, key: { pk: "{client.id}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      tier: { type: int, class: open }
tenant: { requested: client.metadata.clinic, allowed: staff.clinics, default: "staff.clinics[0]", otherwise: deny }
partition:
  by: 'user["custom:region"]'
  eu: { suffix: eu, region: eu-central-1, key: arn:aws:kms:eu-central-1:111122223333:key/eu }
  us: { suffix: us, region: us-east-1, key: arn:aws:kms:us-east-1:111122223333:key/us }
pseudonyms: { key: "\${env:PSEUDONYM_KEY}", region: eu-central-1 }
define:
  seniority: "staff.level"
  asks: '"care/write" in request.scopes'
claimSets:
  shared:
    claims:
      tenant_id: { value: tenant.id, to: [access], effect: grants }
    refuse:
      - { when: 'staff.level < 0', code: BLOCKED }
resourceServers:
  care-api:
    identifier: care
    scopes: [read, write]
    seal: { key: "{partition.key}", region: "{partition.region}" }
    readers: ["arn:aws:iam::111122223333:role/care"]
  desk-api:
    identifier: desk
    scopes: [read]
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [email] }
    groups: { access: keep, id: keep, filter: staff.clinics }
    selfServiceScopes: strip
    use: [shared]
    claims:
      role: { value: staff.role, to: [access, id], effect: grants }
      level: { value: def.seniority, to: [access], effect: restricts, otherwise: 0 }
      ward: { value: rooms.ward, to: [access], effect: grants, when: def.asks }
      limit: { value: rooms.limit, to: [access], effect: restricts, when: 'staff.level > 0' }
      wish: { value: 'user["custom:wish"]', to: [access], effect: informs }
      orgs: { value: "members.map(m, m.org)", to: [access], effect: grants }
      notes: { value: "members.map(m, m.note)", to: [id] }
      phone: { value: staff.phone, sealFor: [care-api], effect: informs }
      blood: { value: staff.blood, sealFor: [care-api], effect: informs, when: 'staff.role == "physician"' }
      mail_of:
        value: domain(user.email)
        to: [access]
        effect: informs
        declassify: { of: [user.email], through: domain, to: open, reason: "statistics", approvedBy: dpo, until: 2099-12-31 }
    scopes:
      - { add: [care/read] }
      - { add: [care/write], when: '"care/write" in request.scopes && staff.level > 3' }
      - { remove: [desk/read], when: 'staff.role == "nurse"' }
      - { only: staff.clinics, when: 'staff.level > 8' }
  machines:
    match: { grants: [client_credentials], clients: [job1] }
    claims:
      tier: { value: partner.tier, to: [access], effect: grants }
limits: { accessToken: 5000, idToken: 3000 }
`;

/** A map with parts of it changed; each stands once. */
export function changed(map: string, changes: readonly (readonly [old: string, changed: string])[]): string {
  return changes.reduce((text, [old, next]) => {
    if (text.split(old).length !== 2) throw new Error(`"${old}" does not stand once in the map`);
    return text.replace(old, () => next);
  }, map);
}

/** What a check says, as far as a rule is about it. */
export type Said = { readonly code: string; readonly level: string; readonly line: number; readonly column: number };

/** What the check says of a map that breaks a rule, and what it must say: an error under `--strict`, or else `level`. */
export function checked(
  [, code, place, ...changes]: BrokenRule,
  {
    level = "error",
    map = wholeMap,
    ...options
  }: CheckOptions & { readonly level?: string; readonly map?: string } = {},
): { readonly said: readonly Said[]; readonly ok: boolean; readonly expected: Said } {
  const text = changed(map, changes);
  const { findings, ok } = checkClaimMap(text, { strict: true, ...options });
  const said = findings.map((each) => ({ code: each.code, level: each.level, line: each.line, column: each.column }));
  return { said, ok, expected: { code, level, ...positionIn(text, place.replace("§", ""), place.indexOf("§")) } };
}
