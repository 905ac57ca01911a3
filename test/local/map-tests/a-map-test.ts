import { checkClaimMap } from "../../../claims/check.ts";
import type { Finding } from "../../../claims/finding.ts";
import type { Plan } from "../../../claims/plan.ts";
import { readMapTest } from "../../../local/map-tests/read-map-test.ts";
import { type CaseResult, runMapTest } from "../../../local/map-tests/run-map-test.ts";
import { testWorld } from "../../../local/map-tests/test-world.ts";

/** A map that has a bit of everything a test can name. */
export const MAP = `
version: 1
name: shop
revision: "1"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
  client.metadata.shop: { type: string, class: open, maxLength: 12 }
sources:
  staff:
    dynamodb: { table: "\${env:STAFF}", region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      shops: { type: list<string>, class: open, maxItems: 4, maxLength: 12 }
      role: { type: string, class: open, values: [manager, clerk] }
      suspended: { type: bool, class: open, default: false }
      until: { type: timestamp, class: open }
      name: { type: string, class: pii, maxLength: 40, purpose: "on receipts" }
  memberships:
    dynamodb: { table: memberships, region: eu-central-1, query: { key: { pk: "M#{user.sub}" }, beginsWith: { sk: "ORG#" }, limit: 3, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      org: { type: string, class: open, maxLength: 12 }
      level: { type: int, class: open }
  rota:
    custom: rota
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      team: { type: string, class: open, maxLength: 20 }
tenant:
  requested: client.metadata.shop
  allowed: staff.shops
  otherwise: deny
pseudonyms: { key: "\${env:NAMES_KEY}", region: eu-central-1 }
resourceServers:
  shop-api:
    identifier: shop
    scopes: [read, write]
    seal: { key: "\${env:SHOP_KEY}", region: eu-central-1 }
    readers: ["arn:aws:iam::111122223333:role/shop"]
profiles:
  person:
    match: { grants: [user], clients: ["\${env:WEB}"] }
    idToken: { keep: [email] }
    groups: strip
    selfServiceScopes: strip
    refuse:
      - { when: staff.suspended || staff.until < now, code: SUSPENDED }
    claims:
      shop_id: { value: tenant.id, to: [access, id], effect: grants, required: true }
      role: { value: staff.role, to: [access], effect: grants, required: true }
      staff_ref:
        value: pseudonym(staff.name)
        to: [access]
        effect: informs
        declassify: { of: [staff.name], through: pseudonym, to: open, reason: "joins in logs", approvedBy: dpo@shop.example }
      staff_name: { value: staff.name, sealFor: [shop-api], effect: informs }
      head: { value: 'memberships.exists(m, m.org == tenant.id && m.level > 2)', to: [access], effect: grants }
      team: { value: 'has(rota.team) ? rota.team : "none"', to: [access], effect: informs }
    scopes:
      - { add: [shop/read] }
      - { add: [shop/write], when: 'staff.role == "manager"' }
`;

const KEY = "arn:aws:kms:eu-central-1:111122223333:key";

/** What stands above the cases of a test of it. */
export const HEAD: string = `
version: 1
map: ./shop.claims.yaml
clock: 2026-11-22T10:00:00Z
env: { STAFF: staff, WEB: web1, NAMES_KEY: "${KEY}/names", SHOP_KEY: "${KEY}/shop" }
tables:
  staff:
    - { pk: STAFF#u1, shops: [s1, s2], role: manager, until: 2027-01-01T00:00:00Z, name: Anna Testmann }
    - { pk: STAFF#u2, shops: [s1], role: clerk, until: 2027-01-01T00:00:00Z, name: Ben Beispiel }
  memberships:
    - { pk: M#u1, sk: ORG#1, org: s1, level: 3 }
    - { pk: M#u1, sk: ORG#2, org: s2, level: 1 }
hooks: { rota: { team: night } }
`;

/** An event in which nothing goes wrong. */
export const EVENT =
  "{ client: web1, sub: u1, scopes: [openid, email], metadata: { shop: s1 }, user: { email: anna@shop.example } }";

const plans = new Map<string, Plan>();

/** The plan of the map above, or of another one; each is compiled once. */
export function planOf(map: string = MAP): Plan {
  const known = plans.get(map);
  if (known) return known;
  const { plan, findings } = checkClaimMap(map);
  if (plan === null) throw new Error(findings.map(({ code, message }) => `${code} ${message}`).join("\n"));
  plans.set(map, plan);
  return plan;
}

export type RanTest = { readonly findings: readonly Finding[]; readonly results: readonly CaseResult[] };

/** Runs a test, or says what is wrong with it. */
export async function ranTest(
  text: string,
  { map = MAP, files = {} }: { readonly map?: string; readonly files?: { readonly [path: string]: unknown } } = {},
): Promise<RanTest> {
  const { read, findings } = readMapTest(text);
  if (read === null) return { findings, results: [] };
  const put = testWorld(read, planOf(map), new Map(Object.entries(files)));
  if (put.world === null) return { findings: put.findings, results: [] };
  const results: CaseResult[] = [];
  for await (const result of runMapTest(put.world, read)) results.push(result);
  return { findings: [], results };
}

/** One case below the head: what differs, as `at: expected | got`. */
export async function ranCase(
  rest: string,
  files: { readonly [path: string]: unknown } = {},
): Promise<readonly string[]> {
  const { findings, results } = await ranTest(`${HEAD}cases:\n  - { name: it, ${rest} }\n`, { files });
  if (findings.length > 0) return toldFindings(findings);
  return results.flatMap(({ differences }) =>
    differences.map((each) => `${each.at}: ${each.expected} | ${each.actual}`),
  );
}

/** Findings as `line:column code message fix`. */
export function toldFindings(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ line, column, code, message, fix }) => `${line}:${column} ${code} ${message} ${fix}`);
}
