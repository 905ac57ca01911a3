import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type BrokenRule, changed, checked, wholeMap } from "./broken-rule.ts";

const PHONE = 'phone: { type: string, class: pii, maxLength: 20, purpose: "called" }';
const phone = (maxLength: string): readonly [string, string] => [PHONE, PHONE.replace("maxLength: 20, ", maxLength)];
const noBlood = [
  `      blood: { value: staff.blood, sealFor: [care-api], effect: informs, when: 'staff.role == "physician"' }\n`,
  "",
] as const;
const noBloodAttribute = [
  '      blood: { type: string, class: sensitive, maxLength: 3, purpose: "protocol" }\n',
  "",
] as const;
const LIMITS = "limits: { accessToken: 5000, idToken: 3000 }";
const WIDE = [LIMITS, "limits: { accessToken: 16000, idToken: 3000 }"] as const;
const MAX = [
  'region: "{partition.region}" }\n    readers',
  'region: "{partition.region}", pad: max }\n    readers',
] as const;

const rules: readonly BrokenRule[] = [
  [
    "a clear claim has bounds",
    "CS601",
    "wish: { value: '§user",
    [
      "user.custom:wish: { type: string, class: open, maxLength: 9 }",
      "user.custom:wish: { type: string, class: open }",
    ],
  ],
  [
    "a claim of an ID token has bounds",
    "CS601",
    'notes: { value: "§members.map(m, m.note)"',
    [
      'note: { type: string, class: pii, maxLength: 9, purpose: "shown" }',
      'note: { type: string, class: pii, purpose: "shown" }',
    ],
  ],
  ["a sealed claim has bounds", "CS601", "phone: { value: §staff.phone", phone(""), noBlood, noBloodAttribute],
  ["a kept attribute has bounds", "CS601", "keep: [§email]", ["class: pii, maxLength: 60", "class: pii"]],
  ["kept groups have bounds", "CS601", "§groups: { access", ["maxItems: 5, maxLength: 20 }", "maxLength: 20 }"]],
  [
    "an envelope with something sensitive has one length, so bounds",
    "CS603",
    "phone: { value: §staff.phone",
    phone(""),
  ],
  [
    "one that something sensitive decides on does too",
    "CS603",
    "phone: { value: §staff.phone",
    phone(""),
    [
      noBlood[0],
      `      blood: { value: staff.role, sealFor: [care-api], effect: informs, when: 'has(staff.blood)' }\n`,
    ],
  ],
  ["one under `pad: max` does too", "CS603", "phone: { value: §staff.phone", phone(""), noBlood, noBloodAttribute, MAX],
  [
    "so does every one where claims are dropped",
    "CS603",
    "phone: { value: §staff.phone",
    phone(""),
    noBlood,
    noBloodAttribute,
    [LIMITS, "limits: { accessToken: 5000, idToken: 3000, onOversize: drop }"],
  ],
  ["an access token keeps its limit", "CS602", "§people:\n", [LIMITS, "limits: { accessToken: 1500, idToken: 3000 }"]],
  ["an ID token keeps its limit", "CS604", "§people:\n", [LIMITS, "limits: { accessToken: 5000, idToken: 900 }"]],
  ["an envelope has 4,096 bytes at most", "CS603", "§claims:\n      role", phone("maxLength: 4090, "), WIDE],
  [
    "a declared consumer takes the token",
    "CS605",
    "§consumers: [cookie]",
    ["    scopes: [read]\n", "    scopes: [read]\n    consumers: [cookie]\n"],
    phone("maxLength: 2500, "),
    WIDE,
  ],
];

/** Padding as the plan has it, of the one envelope of these maps. */
function paddedTo(...changes: readonly (readonly [string, string])[]): number | undefined {
  const { plan, findings } = checkClaimMap(changed(wholeMap, changes));
  if (plan === null) throw new Error(`no plan: ${findings.map(({ code }) => code).join(", ")}`);
  return plan.profiles[0]?.envelopes[0]?.padTo;
}

describe("sizes:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  test("what nothing is known to stand in front of is worth knowing (CS606)", () => {
    const { said, expected } = checked(["", "CS606", "§people:\n", phone("maxLength: 2500, "), WIDE], {
      level: "info",
    });
    expect(said).toContainEqual(expected);
  });

  test("what has no bounds is a warning unless it is strict", () => {
    const { findings, ok } = checkClaimMap(changed(wholeMap, [phone(""), noBlood, noBloodAttribute]));
    expect(findings.map(({ code, level }) => [code, level])).toEqual([["CS601", "warning"]]);
    expect(ok).toBe(true);
  });

  test("an envelope has one length where something sensitive is in it, or decides, or the map asks for it", () => {
    expect(paddedTo()).toBeGreaterThan(0);
    expect(paddedTo(noBlood, noBloodAttribute)).toBeUndefined();
    expect(
      paddedTo([
        noBlood[0],
        `      blood: { value: staff.role, sealFor: [care-api], effect: informs, when: 'has(staff.blood)' }\n`,
      ]),
    ).toBeGreaterThan(0);
    expect(paddedTo(noBlood, noBloodAttribute, MAX)).toBeGreaterThan(0);
    expect(
      paddedTo(noBlood, noBloodAttribute, [LIMITS, "limits: { accessToken: 5000, idToken: 3000, onOversize: drop }"]),
    ).toBeGreaterThan(0);
  });
});
