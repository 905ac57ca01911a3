import type { Position } from "../../claims/claim-map.ts";

/** A sound map, one thing a line, to change for the worse line by line. */
export const soundMap = `version: 1
name: clinic
revision: "1"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }
sources:
  staff:
    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      role: { type: string, class: open, values: [nurse, physician] }
      level: { type: int, class: open }
      phone: { type: string, class: pii, maxLength: 20, purpose: "called" }
      blood: { type: string, class: sensitive, maxLength: 3, purpose: "protocol" }
  partner:
    dynamodb: { table: partner, key: { pk: "{client.id}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      tier: { type: int, class: open }
resourceServers:
  care-api:
    identifier: care
    scopes: [read, write]
    seal: { key: "\${env:CARE_KEY}", region: eu-central-1 }
    readers: ["arn:aws:iam::111122223333:role/care"]
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [email] }
    groups: strip
    selfServiceScopes: strip
    claims:
      role: { value: staff.role, to: [access, id], effect: grants }
      level: { value: staff.level, to: [access], effect: restricts }
      phone: { value: staff.phone, sealFor: [care-api], effect: informs }
      blood: { value: staff.blood, sealFor: [care-api], effect: informs }
    scopes:
      - { add: [care/read] }
      - { add: [care/write], when: 'staff.role == "physician"' }
  machines:
    match: { grants: [client_credentials], clients: [job1] }
    claims:
      tier: { value: partner.tier, to: [access], effect: grants }
limits: { accessToken: 5000, idToken: 3000 }
`;

/** The sound map with the line that holds `old` changed; `old` stands once. */
export function mapWith(...changes: readonly (readonly [old: string, changed: string])[]): string {
  return changes.reduce((text, [old, changed]) => {
    if (text.split(old).length !== 2) throw new Error(`"${old}" does not stand once in the map`);
    return text.replace(old, () => changed);
  }, soundMap);
}

/** Line and column, from 1, of the part of `text` marked by `needle`, which stands once; `skip` characters into it. */
export function positionIn(text: string, needle: string, skip = 0): Position {
  if (text.split(needle).length !== 2) throw new Error(`"${needle}" does not stand once in the map`);
  const before = text.slice(0, text.indexOf(needle) + skip).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
