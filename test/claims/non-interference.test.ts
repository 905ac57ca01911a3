import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import { lookUp } from "../../claims/look-up.ts";
import type { Plan } from "../../claims/plan.ts";
import { resolveClaims } from "../../claims/resolve.ts";
import { rowRequests } from "../../claims/row-requests.ts";
import type { Subject } from "../../cognito/subject.ts";

const SUB = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";

const subject: Subject = {
  shape: "V2",
  poolId: "eu-central-1_Example01",
  region: "eu-central-1",
  clientId: "web1",
  grant: "user",
  trigger: "TokenGeneration_HostedAuth",
  userName: SUB,
  sub: SUB,
  attributes: new Map(),
  groups: [],
  groupConfiguration: null,
  scopes: ["openid", "care/read"],
  metadata: new Map(),
};

/** Attributes of every class; the same few values for all, so that conditions really go both ways. */
const ATTRIBUTES = { open1: "open", open2: "open", pii1: "pii", pii2: "pii", secret: "sensitive" } as const;
type Name = keyof typeof ATTRIBUTES;
const name = fc.constantFrom(...(Object.keys(ATTRIBUTES) as Name[]));
/** One of them is long enough to show in the length of an envelope. */
const literal = fc.constantFrom("a", "b", "", "l".repeat(70));

const text = fc.letrec<{ text: string; condition: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3 },
    name.map((one) => `row.${one}`),
    literal.map((one) => `'${one}'`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `(${one} + ${other})`),
    fc.tuple(tie("condition"), tie("text"), tie("text")).map((parts) => `(${parts[0]} ? ${parts[1]} : ${parts[2]})`),
  ),
  condition: fc.oneof(
    { maxDepth: 3 },
    name.map((one) => `has(row.${one})`),
    fc.tuple(tie("text"), tie("text")).map(([one, other]) => `${one} == ${other}`),
    fc.tuple(tie("condition"), tie("condition")).map(([one, other]) => `(${one} || !(${other}))`),
    fc.tuple(tie("text"), literal).map(([one, other]) => `${one} in ['${other}', 'a']`),
  ),
}));

const claim = fc.record({
  value: text.text,
  when: fc.option(text.condition, { nil: undefined }),
  reach: fc.constantFrom(
    "to: [access]",
    "to: [id]",
    "to: [access, id]",
    "sealFor: [care]",
    "to: [id], sealFor: [care]",
  ),
  effect: fc.constantFrom("grants", "restricts", "informs"),
  required: fc.boolean(),
});
const rule = fc.record({
  change: fc.constantFrom("add: [care/write]", "remove: [care/read]"),
  when: fc.option(text.condition, { nil: undefined }),
});

const maps = fc.record({
  claims: fc.array(claim, { minLength: 1, maxLength: 3 }),
  rules: fc.array(rule, { maxLength: 2 }),
  onMissing: fc.constantFrom("deny", "empty"),
});
type Written = typeof maps extends fc.Arbitrary<infer T> ? T : never;

const condition = (when: string | undefined): string => (when === undefined ? "" : `, when: "${when}"`);

function mapText({ claims, rules, onMissing }: Written): string {
  return `version: 1
name: random
revision: "1"
pool: { events: V2, usernames: opaque }
sources:
  row:
    dynamodb: { table: rows, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: ${onMissing}
    onError: deny
    attributes:
${Object.entries(ATTRIBUTES)
  .map(([one, level]) => `      ${one}: { type: string, class: ${level}, maxLength: 70, purpose: "test" }`)
  .join("\n")}
resourceServers:
  care:
    identifier: care
    scopes: [read, write]
    seal: { key: "\${env:KEY}" }
    readers: ["arn:aws:iam::111122223333:role/care"]
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims:
${claims
  .map(
    ({ value, when, reach, effect, required }, index) =>
      `      c${index}: { value: "${value}", ${reach}, effect: ${effect}, required: ${required}${condition(when)} }`,
  )
  .join("\n")}
    scopes:
      - { add: [care/read] }
${rules.map(({ change, when }) => `      - { ${change}${condition(when)} }`).join("\n")}
`;
}

type Row = { readonly [name in Name]?: string };
const row: fc.Arbitrary<Row> = fc.record(
  { open1: literal, open2: literal, pii1: literal, pii2: literal, secret: literal },
  { requiredKeys: [] },
);

/** Everything the outside can see of one sign-in; null when it was refused. */
function seen(plan: Plan, values: Row) {
  const [profile] = plan.profiles;
  if (profile === undefined) throw new Error("the map has a profile");
  try {
    const requests = rowRequests(plan, profile, subject);
    const rows = requests.map(() => ({ state: "found" as const, row: new Map(Object.entries(values)) }));
    const claims = resolveClaims(plan, profile, subject, lookUp(plan, subject, requests, rows));
    const envelopes = claims.envelopes.map(({ resourceServer, mustSeal, padTo, claims: inside }) => ({
      resourceServer,
      mustSeal,
      names: [...inside.keys()],
      isTooLarge: padTo !== null && sealedBytes(inside) > padTo,
      length: padTo ?? Math.ceil(sealedBytes(inside) / 64) * 64,
    }));
    return {
      access: [...claims.access],
      scopes: [claims.scopesToAdd, claims.scopesToSuppress],
      groups: claims.groups,
      suppressed: claims.suppress,
      envelopes,
      id: [...claims.id],
    };
  } catch (error) {
    if (error instanceof ClaimsError) return null;
    throw error;
  }
}

function sealedBytes(claims: ReadonlyMap<string, unknown>): number {
  return Buffer.byteLength(JSON.stringify({ sub: SUB, iat: 1_763_800_000, ...Object.fromEntries(claims) }));
}

describe("a map that passes the check does not interfere:", () => {
  test("what differs only in private values looks the same from outside, or is refused", () => {
    let passed = 0;
    let compared = 0;
    fc.assert(
      fc.property(maps, row, row, (written, one, other) => {
        const { plan, findings } = checkClaimMap(mapText(written));
        // Random maps may leak; they must not be misunderstood.
        expect(findings.filter(({ level, code }) => level === "error" && !code.startsWith("CS4"))).toEqual([]);
        if (plan === null) return;
        passed += 1;
        const here = seen(plan, one);
        const privately = seen(plan, differ(one, other, ["pii1", "pii2", "secret"]));
        const secretly = seen(plan, differ(one, other, ["secret"]));
        if (here !== null && privately !== null) compared += 1;
        expect(inTheClear(privately ?? here)).toEqual(inTheClear(here ?? privately));
        // For sensitive values the ID token and the length of every envelope are the same too.
        expect(secretly ?? here).toEqual(here ?? secretly);
      }),
      { numRuns: 1_500 },
    );
    expect(passed).toBeGreaterThan(150);
    expect(compared).toBeGreaterThan(100);
  });
});

/** The row `values` with some of its attributes as in the row `other`. */
function differ(values: Row, other: Row, names: readonly Name[]): Row {
  const changed: { [name in Name]?: string } = { ...values };
  for (const each of names) {
    const value = other[each];
    if (value === undefined) delete changed[each];
    else changed[each] = value;
  }
  return changed;
}

/** What pii must not change: all but the ID token and the lengths of envelopes. */
function inTheClear(all: ReturnType<typeof seen>): unknown {
  return all && { ...all, id: null, envelopes: all.envelopes.map((envelope) => ({ ...envelope, length: null })) };
}
