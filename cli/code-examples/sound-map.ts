/** The map that every example changes for the worse: small, without a finding, one thing a line. */
export const SOUND_MAP: string = `version: 1
name: clinic
revision: "1"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
sources:
  staff:
    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      role: { type: string, class: open, values: [nurse, physician] }
      level: { type: int, class: open }
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
      blood: { type: string, class: sensitive, maxLength: 3, purpose: "exposure protocol" }
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
