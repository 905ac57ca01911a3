import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type BrokenRule, changed, checked, wholeMap } from "./broken-rule.ts";

const PEOPLE = "match: { grants: [user], clients: [web1] }";
const MACHINES = "match: { grants: [client_credentials], clients: [job1] }";
const TIER = "tier: { value: partner.tier, to: [access], effect: grants }";

const rules: readonly BrokenRule[] = [
  [
    "two profiles do not match one client",
    "CS701",
    "clients: [§web1] }\n    idToken: { keep: [] }",
    [MACHINES, `${PEOPLE}\n    idToken: { keep: [] }\n    groups: strip\n    selfServiceScopes: strip`],
  ],
  [
    "nor every client",
    "CS701",
    'clients: [§"*"] }\n    claims',
    [MACHINES, 'match: { grants: [client_credentials], clients: ["*"] }'],
    [PEOPLE, 'match: { grants: [user, client_credentials], clients: ["*"] }'],
  ],
  ["machines sign in to V3 pools alone", "CS702", "grants: [§client_credentials]", ["events: V3", "events: V2"]],
  ["a scope that is added is declared", "CS703", "add: [§care/reed]", ["add: [care/read]", "add: [care/reed]"]],
  ["no rule adds a self-service scope", "CS704", "add: [§openid]", ["add: [care/read]", "add: [openid]"]],
  ["no rule removes one of them alone", "CS704", "remove: [§openid]", ["remove: [desk/read]", "remove: [openid]"]],
  [
    "machines have no ID token",
    "CS705",
    "tier: { value: partner.tier, §to: [access, id]",
    [TIER, TIER.replace("[access]", "[access, id]")],
  ],
  [
    "granting to every client is said so",
    "CS706",
    'clients: [§"*"]',
    [MACHINES, 'match: { grants: [client_credentials], clients: ["*"] }'],
  ],
  [
    "so is adding scopes for every client",
    "CS706",
    'clients: [§"*"]',
    [MACHINES, 'match: { grants: [client_credentials], clients: ["*"] }'],
    [TIER, `${TIER.replace("grants", "informs")}\n    scopes:\n      - { add: [care/read] }`],
  ],
  ["a kept attribute is declared", "CS709", "keep: [§name]", ["keep: [email]", "keep: [name]"]],
  ["so is a dropped one", "CS709", "drop: [§name]", ["keep: [email]", 'drop: [name], reason: "x"']],
  ["a trigger decides about what is kept", "CS710", "keep: [email, §sub]", ["keep: [email]", "keep: [email, sub]"]],
  [
    "groups are kept by `groups`",
    "CS710",
    'keep: [email, §"cognito:groups"]',
    ["keep: [email]", 'keep: [email, "cognito:groups"]'],
  ],
  ["machines have no settings of people", "CS711", "§groups: strip", [MACHINES, `${MACHINES}\n    groups: strip`]],
];

const notes: readonly BrokenRule[] = [
  ["usernames that people choose", "CS712", "§usernames: any", ["usernames: opaque", "usernames: any"]],
  ["a key by an alias", "CS713", "§key: alias/care", ['key: "{partition.key}"', "key: alias/care"]],
  [
    "the key of pseudonyms by an alias",
    "CS713",
    "§key: alias/names",
    ['key: "${env:PSEUDONYM_KEY}"', "key: alias/names"],
  ],
];

/** A map for a V1 pool: all it may say. */
const v1Map = `version: 1
name: old
revision: "1"
pool: { events: V1, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }
resourceServers: {}
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [email] }
    groups: strip
    claims:
      who: { value: user.sub, to: [id] }
`;
const WHO = "who: { value: user.sub, to: [id] }";

const v1Rules: readonly BrokenRule[] = [
  [
    "no claim of the access token",
    "CS707",
    "who: { value: user.sub, §to",
    [WHO, "who: { value: user.sub, to: [access], effect: informs }"],
  ],
  [
    "no sealed claim",
    "CS707",
    "who: { value: user.sub, §sealFor",
    [WHO, "who: { value: user.sub, sealFor: [care], effect: informs }"],
    [
      "resourceServers: {}",
      'resourceServers: { care: { identifier: care, scopes: [read], seal: { key: "${env:K}" }, readers: ["${env:R}"] } }',
    ],
  ],
  ["no rules for scopes", "CS707", "§scopes:", [WHO, `${WHO}\n    scopes:\n      - { remove: [care/read] }`]],
  [
    "no word about self-service scopes",
    "CS707",
    "§selfServiceScopes: strip",
    ["    groups: strip\n", "    groups: strip\n    selfServiceScopes: strip\n"],
  ],
  ["no groups for one token alone", "CS707", "§groups: {", ["groups: strip", "groups: { access: strip, id: keep }"]],
  [
    "no machines",
    "CS702",
    "grants: [user, §client_credentials]",
    ["grants: [user]", "grants: [user, client_credentials]"],
  ],
  ["text alone", "CS306", "who: { value: §now", [WHO, "who: { value: now, to: [id] }"]],
];

describe("profiles:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  test.for(notes)("worth knowing: %s (%s)", (rule) => {
    const { said, expected } = checked(rule, { level: "info" });
    expect(said).toContainEqual(expected);
  });

  test.for(v1Rules)("a V1 pool takes %s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule, { map: v1Map });
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  test("a map for a V1 pool is told that self-service scopes stay (CS708)", () => {
    const { said, ok, expected } = checked(["", "CS708", "pool: { §events: V1"], { map: v1Map, level: "info" });
    expect(said).toEqual([expected]);
    expect(ok).toBe(true);
  });

  test("what informs every client is nothing to say", () => {
    const text = changed(wholeMap, [
      [MACHINES, 'match: { grants: [client_credentials], clients: ["*"] }'],
      [TIER, TIER.replace("grants", "informs")],
    ]);
    expect(checkClaimMap(text, { strict: true }).findings).toEqual([]);
  });
});
