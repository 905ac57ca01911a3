import { expect, test } from "vitest";
import { checkProfiles } from "../../../claims/checks/profiles.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, MINIMAL, shown, wellFormed } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding about profiles: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test("profiles that do what they seem to do have no finding", () => {
  expect(checkProfiles(wellFormed(COMPLETE))).toEqual([]);
  expect(checkProfiles(wellFormed(MINIMAL))).toEqual([]);
});

test.for<Case>([
  [
    "the same client of one grant",
    [
      'grants: [client_credentials], clients: ["*"] }',
      "grants: [user], clients: [1example23456789] }\n    idToken: { keep: [] }\n    groups: strip\n    selfServiceScopes: strip",
    ],
    "72:40 CS701 profiles `clinician` and `machine` both match the same client\nName each client of a grant in one profile only.",
  ],
  [
    "the same variable",
    [
      'grants: [client_credentials], clients: ["*"] }',
      'grants: [client_credentials, user], clients: ["${env:WEB_CLIENT}"] }\n    idToken: { keep: [] }\n    groups: strip\n    selfServiceScopes: strip',
    ],
    "72:60 CS701 profiles `clinician` and `machine` both match the same client\nName each client of a grant in one profile only.",
  ],
])("two profiles that match the same event are refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "machines on a V2 pool",
    ["events: V3", "events: V2"],
    "72:23 CS702 profile `machine` never matches: a V2 pool has no events for machines\nSet the pool's trigger and `pool.events` to V3, or take it out.",
  ],
])("a profile that never matches is refused: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a misspelt one",
    ["- { add: [https://care.example.com/chart.read] }", "- { add: [https://care.example.com/chart.reed] }"],
    "69:17 CS703 no resource server declares the scope `https://care.example.com/chart.reed`\nWrite `https://care.example.com/chart.read`.",
  ],
  [
    "one without its resource server",
    ["- { add: [https://care.example.com/chart.read] }", "- { add: [chart.write] }"],
    "69:17 CS703 no resource server declares the scope `chart.write`\nWrite `https://care.example.com/chart.write`.",
  ],
  [
    "an unknown one",
    ["- { add: [https://care.example.com/chart.read] }", "- { add: [ledger/entry.read] }"],
    "69:17 CS703 no resource server declares the scope `ledger/entry.read`\nAdd it to the `scopes` of its resource server, and write `IDENTIFIER/SCOPE` here.",
  ],
])("a scope that no resource server declares cannot be added: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "adding one",
    ["- { add: [https://care.example.com/chart.read] }", "- { add: [openid] }"],
    "69:17 CS704 `openid` lets its bearer fetch the profile: no rule can add it\nDelete it; `selfServiceScopes` decides about all of them.",
  ],
  [
    "adding the one that may change the profile",
    ["- { add: [https://care.example.com/chart.read] }", "- { add: [aws.cognito.signin.user.admin] }"],
    "69:17 CS704 `aws.cognito.signin.user.admin` lets its bearer fetch the profile: no rule can add it\nDelete it; `selfServiceScopes` decides about all of them.",
  ],
  [
    "removing one of them",
    ["- { add: [https://care.example.com/chart.read] }", "- { remove: [phone] }"],
    "69:20 CS704 removing `phone` alone protects nothing: the others still open the profile\nDelete it, and write `selfServiceScopes: strip`.",
  ],
])("no rule decides about self-service scopes: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a claim in the ID token",
    ["value: partners.tier, to: [access]", "value: partners.tier, to: [access, id]"],
    "74:37 CS705 claim `tier` goes to the ID token, and machines have none\nWrite `to: [access]`.",
  ],
  [
    "an ID token",
    ["    claims:\n      tier", "    idToken: { keep: [] }\n    claims:\n      tier"],
    "73:5 CS711 profile `machine` is for machines, which have nothing `idToken` could change\nDelete `idToken`.",
  ],
  [
    "groups and scopes of people",
    ["    claims:\n      tier", "    groups: strip\n    selfServiceScopes: strip\n    claims:\n      tier"],
    "73:5 CS711 profile `machine` is for machines, which have nothing `groups` could change\nDelete `groups`.",
    "74:5 CS711 profile `machine` is for machines, which have nothing `selfServiceScopes` could change\nDelete `selfServiceScopes`.",
  ],
])("a profile for machines has nothing that only people have: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "a claim that grants",
    ["to: [access], effect: informs", "to: [access], effect: grants"],
    "72:54 CS706 every client, also one registered later, gets `tier`\nList the clients by id or `${env:NAME}`.",
  ],
  [
    "more than fits a line",
    [
      "      tier: { value: partners.tier, to: [access], effect: informs }",
      "      a: { value: partners.tier, to: [access], effect: grants }\n      b: { value: partners.tier, to: [access], effect: grants }\n    scopes:\n      - { add: [reports/report.read, https://care.example.com/chart.read] }",
    ],
    "72:54 CS706 every client, also one registered later, gets `a`, `b`, `reports/report.read` and 1 more\nList the clients by id or `${env:NAME}`.",
  ],
])("what every client gets is a warning: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "everything beyond the ID token",
    ["events: V3", "events: V1"],
    "7:3 CS708 access tokens of a V1 pool keep their self-service scopes, and with them the profile\nUse V2 or V3 where APIs must not see profiles.",
    "58:46 CS707 claim `profession` goes to the access token, which a V1 trigger cannot change\nDelete it, or set the pool's trigger and `pool.events` to V2 or V3.",
    "59:41 CS707 claim `wards` goes to the access token, which a V1 trigger cannot change\nDelete it, or set the pool's trigger and `pool.events` to V2 or V3.",
    "65:9 CS707 claim `licence_no` goes to the access token, which a V1 trigger cannot change\nDelete it, or set the pool's trigger and `pool.events` to V2 or V3.",
    "68:5 CS707 profile `clinician` has rules for scopes, which a V1 trigger cannot change\nDelete it, or set the pool's trigger and `pool.events` to V2 or V3.",
    "56:5 CS707 profile `clinician` decides about scopes, which a V1 trigger cannot change\nDelete it, or set the pool's trigger and `pool.events` to V2 or V3.",
    "55:5 CS707 on a V1 pool, groups are kept or stripped in both tokens at once\nWrite `groups: strip`, `groups: keep`, or the same for both with a `filter`.",
    "72:23 CS702 profile `machine` never matches: a V1 pool has no events for machines\nSet the pool's trigger and `pool.events` to V3, or take it out.",
  ],
])("what a V1 pool cannot do is refused, and what it cannot stop is said: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "an undeclared attribute",
    ["keep: [email]", "keep: [phone_number]"],
    "54:23 CS709 `phone_number` is kept and not declared as `user.phone_number`\nDeclare `user.phone_number` under `inputs`, with its class.",
  ],
  [
    "a misspelt attribute",
    ["keep: [email]", "keep: [emial]"],
    "54:23 CS709 `emial` is kept and not declared as `user.emial`\nWrite `email`.",
  ],
  [
    "an attribute without its prefix",
    ["keep: [email]", "keep: [department]"],
    "54:23 CS709 `department` is kept and not declared as `user.department`\nWrite `custom:department`.",
  ],
  [
    "a name that Cognito writes itself",
    ["keep: [email]", 'keep: [identities, "cognito:username", sub]'],
    "54:23 CS710 Cognito writes `identities` itself: it stays in the ID token whatever a trigger says\nDelete it.",
    "54:35 CS710 Cognito writes `cognito:username` itself: it stays in the ID token whatever a trigger says\nDelete it.",
    "54:55 CS710 Cognito writes `sub` itself: it stays in the ID token whatever a trigger says\nDelete it.",
  ],
  [
    "groups",
    ["keep: [email]", 'keep: ["cognito:groups"]'],
    "54:23 CS710 groups are kept and stripped by `groups`, not by `keep`\nDelete it, and write `groups: { access: strip, id: keep }`.",
  ],
])("what an ID token keeps is a declared input that can be taken out: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test.for<Case>([
  [
    "usernames that people choose",
    ["usernames: opaque", "usernames: any"],
    "8:3 CS712 usernames stand in every access token as people typed them\nWrite `usernames: opaque` if the pool's usernames are generated.",
  ],
  [
    "a key by its alias",
    ['key: "${env:CARE_KEY_ARN}"', "key: alias/care"],
    "42:13 CS713 the key of resource server `care-api` is named by an alias, which can be pointed elsewhere\nWrite the key's ARN, or `${env:NAME}`.",
  ],
  [
    "a key by the ARN of its alias",
    ['key: "${env:CARE_KEY_ARN}"', 'key: "arn:aws:kms:eu-central-1:111122223333:alias/care"'],
    "42:13 CS713 the key of resource server `care-api` is named by an alias, which can be pointed elsewhere\nWrite the key's ARN, or `${env:NAME}`.",
  ],
])("what is allowed but worth knowing is said: %s", ([, edit, ...expected]) => {
  expect(shown(checkProfiles(wellFormed(edited(COMPLETE, edit))))).toEqual(expected);
});

test("a client by its id and every client in two profiles are no overlap: an id beats the star", () => {
  const grants = ["grants: [client_credentials], clients", "grants: [client_credentials, user], clients"] as const;
  const people = [
    "    claims:\n      tier",
    "    idToken: { keep: [] }\n    groups: strip\n    selfServiceScopes: strip\n    claims:\n      tier",
  ] as const;
  expect(checkProfiles(wellFormed(edited(COMPLETE, grants, people)))).toEqual([]);
});

test("every client in two profiles of one grant is an overlap", () => {
  const text = edited(
    COMPLETE,
    ['clients: ["${env:WEB_CLIENT}", 1example23456789]', 'clients: ["*"]'],
    ["grants: [user]", "grants: [user, client_credentials]"],
  );
  expect(shown(checkProfiles(wellFormed(text))).filter((each) => each.includes("CS701"))).toEqual([
    "72:54 CS701 profiles `clinician` and `machine` both match every client\nName each client of a grant in one profile only.",
  ]);
});

test("machines beside people on a V2 pool never match, and the people still do", () => {
  const text = edited(MINIMAL, ["grants: [user]", "grants: [user, client_credentials]"], ["events: V3", "events: V2"]);
  expect(shown(checkProfiles(wellFormed(text)))).toEqual([
    "7:29 CS702 `client_credentials` never matches: a V2 pool has no events for machines\nSet the pool's trigger and `pool.events` to V3, or take it out.",
  ]);
});

test("a V1 pool needs no word about scopes", () => {
  const text = edited(MINIMAL, ["events: V3", "events: V1"], ["    selfServiceScopes: strip\n", ""]);
  expect(checkProfiles(wellFormed(text)).map(({ code, level }) => [code, level])).toEqual([["CS708", "info"]]);
});

test("what depends on a part that could not be read is not reported again", () => {
  const broken = [
    ["grants: [client_credentials]", "grants: [machines]"],
    ["    scopes: [report.read]\n", ""],
    ["class: pii, maxLength: 120", "maxLength: 120"],
  ] as const;
  for (const edit of broken) {
    const { read, findings } = readClaimMap(edited(COMPLETE, edit));
    expect(findings).toHaveLength(1);
    expect(read && checkProfiles(read)).toEqual([]);
  }
});
