/** A small map for the examples of CS9xx. */
export const COVERED_MAP: string = `version: 1
name: clinic
revision: "1"
pool: { events: V3, usernames: opaque }
sources:
  staff:
    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      level: { type: int, class: open }
      lead: { type: bool, class: open }
      ward: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims:
      senior: { value: staff.level > 3 || staff.lead, to: [access], effect: grants }
      ward: { value: staff.ward, to: [access], effect: informs }
  jobs:
    match: { grants: [client_credentials], clients: [job1] }
`;

/** Tests that cover all of it, a case on each line. */
export const COVERING_TESTS: string = `version: 1
map: ./clinic.claims.yaml
clock: 2026-11-22T10:00:00Z
tables:
  staff:
    - { pk: STAFF#ada, level: 1, lead: true }
    - { pk: STAFF#bob, level: 5, lead: false }
    - { pk: STAFF#cid, level: 1, lead: false }
    - { pk: STAFF#dan, level: 5, lead: false, ward: west }
cases:
  - { name: a lead, event: { client: web1, sub: ada, scopes: [openid] }, expect: { access: { senior: true } } }
  - { name: somebody of level 5, event: { like: 0, sub: bob }, expect: { access: { senior: true } } }
  - { name: neither of them, event: { like: 0, sub: cid }, expect: { access: { senior: false } } }
  - { name: somebody in a ward, event: { like: 0, sub: dan }, expect: { access: { ward: west } } }
  - { name: nobody knows the level, event: { like: 0 }, faults: { staff.level: absent }, expect: { access: { senior: true } } }
  - { name: the level is no number, event: { like: 0 }, faults: { staff.level: invalid }, expect: { access: { senior: true } } }
  - { name: the ward is too long, event: { like: 0 }, faults: { staff.ward: invalid }, expect: { absent: { access: [ward] } } }
  - { name: somebody without a row, event: { like: 0 }, faults: { staff: missing }, expect: { refused: SOURCE_MISSING } }
  - { name: the table is away, event: { like: 0 }, faults: { staff: unavailable }, expect: { refused: SOURCE_UNAVAILABLE } }
  - { name: a job, event: { grant: client_credentials, client: job1, scopes: [care/read] }, expect: { profile: jobs } }
  - { name: another client, event: { like: 0, client: web2 }, expect: { refused: PROFILE_NONE } }
`;

/** The case without which the tests would show less, by the code that says so. */
export const MISSED_CASES: Readonly<Record<string, string>> = {
  CS901: "a job",
  CS902: "somebody in a ward",
  CS903: "another client",
  CS904: "neither of them",
  CS905: "the table is away",
};

/** The line of a case by its name. */
export function caseLine(name: string): string {
  return COVERING_TESTS.split("\n").find((line) => line.includes(`{ name: ${name},`)) ?? "";
}
