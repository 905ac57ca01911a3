import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type BrokenRule, changed, checked, wholeMap } from "./broken-rule.ts";

const ROLE = "role: { value: staff.role, to: [access, id], effect: grants }";
const TENANT =
  'tenant: { requested: client.metadata.clinic, allowed: staff.clinics, default: "staff.clinics[0]", otherwise: deny }';
/** A row that may be missing, with a default in it; its trust is enough to decide. */
const row: readonly [string, string] = [
  "tenant: {",
  `  book:
    dynamodb: { table: book, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      page: { type: string, class: open, maxLength: 9, default: a }
      pages: { type: list<string>, class: open, maxLength: 9, maxItems: 2, default: [a] }
tenant: {`,
];
const old = (age: string): readonly [string, string] => [
  "tenant: {",
  `  book:
    dynamodb: { table: book, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: { stale: ${age} }
    attributes:
      page: { type: string, class: open, maxLength: 9 }
      pages: { type: list<string>, class: open, maxLength: 9, maxItems: 2 }
tenant: {`,
];
/** Every place that decides, with what it reads there; `§` marks the read. */
const deciders: readonly (readonly [
  what: string,
  place: string,
  ...changes: readonly (readonly [string, string])[],
])[] = [
  [
    "a request for a tenant",
    "requested: §book.page",
    [TENANT, TENANT.replace("requested: client.metadata.clinic", "requested: book.page")],
  ],
  [
    "a list of tenants",
    "allowed: §book.pages",
    [TENANT, TENANT.replace("allowed: staff.clinics", "allowed: book.pages")],
  ],
  [
    "a default tenant",
    "default: §book.page",
    [TENANT, TENANT.replace('default: "staff.clinics[0]"', "default: book.page")],
  ],
  [
    "a refusal",
    `when: '§book.page == "a"', code`,
    ["'staff.level < 0', code: BLOCKED", `'book.page == "a"', code: BLOCKED`],
  ],
  [
    "what restricts",
    "value: §book.page, to: [access], effect: restricts",
    [ROLE, "role: { value: book.page, to: [access], effect: restricts }"],
  ],
  [
    "the condition of what restricts",
    `when: '§book.page == "a"'`,
    ["when: 'staff.level > 0'", `when: 'book.page == "a"'`],
  ],
  ["a rule that removes", `when: '§book.page == "a"'`, [`when: 'staff.role == "nurse"'`, `when: 'book.page == "a"'`]],
  ["a list of scopes to keep", "only: §book.pages", ["only: staff.clinics", "only: book.pages"]],
  ["the condition of that list", `when: '§book.page == "a"'`, ["when: 'staff.level > 8'", `when: 'book.page == "a"'`]],
];
const granting: readonly (readonly [
  what: string,
  place: string,
  ...changes: readonly (readonly [string, string])[],
])[] = [
  [
    "what grants",
    "value: §book.page, to: [access], effect: grants",
    [ROLE, "role: { value: book.page, to: [access], effect: grants }"],
  ],
  [
    "the condition of what grants",
    `when: '§book.page == "a"'`,
    [ROLE, `role: { value: staff.role, to: [access], effect: grants, when: 'book.page == "a"' }`],
  ],
  [
    "a rule that adds",
    `when: '§book.page == "a"'`,
    ["- { add: [care/read] }", `- { add: [care/read], when: 'book.page == "a"' }`],
  ],
];
/** The source goes in last: what it goes in front of is changed first. */
const withTenant = (
  changes: readonly (readonly [string, string])[],
  source: readonly [string, string],
): readonly (readonly [string, string])[] => [...changes, source];

const rules: readonly BrokenRule[] = [
  [
    "every private attribute is used",
    "CS801",
    "§phone: { type",
    ["phone: { value: staff.phone,", "phone: { value: staff.role,"],
  ],
  [
    "every input is used",
    "CS802",
    "§user.email: {",
    ["idToken: { keep: [email] }", "idToken: { keep: [] }"],
    ["        value: domain(user.email)", "        value: domain(staff.phone)"],
    ["of: [user.email]", "of: [staff.phone]"],
  ],
  ["every source is used", "CS803", "§partner:\n", ["value: partner.tier", "value: '1'"]],
  ["nothing waits for itself", "CS805", "§staff:\n    dynamodb", ['"STAFF#{user.sub}"', '"STAFF#{tenant.id}"']],
  [
    "a tenant is not worked out from itself",
    "CS805",
    "default: §tenant.id",
    ['default: "staff.clinics[0]"', "default: tenant.id"],
  ],
  [
    "a partition is not chosen by itself",
    "CS805",
    "by: §partition.suffix",
    [`by: 'user["custom:region"]'`, "by: partition.suffix"],
  ],
  [
    "three reads in turn are said so",
    "CS806",
    "§book:",
    [
      "tenant: {",
      '  book:\n    dynamodb: { table: book, key: { pk: "{rooms.ward}" } }\n    trust: operator\n    onMissing: empty\n    onError: deny\n    attributes:\n      page: { type: string, class: open, maxLength: 9 }\ntenant: {',
    ],
    [ROLE, `${ROLE}\n      page: { value: book.page, to: [id] }`],
  ],
  [
    "a partition lists what it is chosen by",
    "CS808",
    "§by: staff.phone",
    [`by: 'user["custom:region"]'`, "by: staff.phone"],
  ],
  [
    "and is chosen by one attribute alone",
    "CS808",
    "§by: '",
    [`by: 'user["custom:region"]'`, `by: 'user["custom:region"] + ""'`],
  ],
  ["every value has an entry", "CS808", "§partition:\n", ["values: [eu, us] }", "values: [eu, us, ap] }"]],
  ["every entry has a value", "CS808", "§us: {", ["values: [eu, us] }", "values: [eu] }"]],
  [
    "every entry gives every name",
    "CS808",
    "§us: {",
    ["us: { suffix: us, region: us-east-1", "us: { region: us-east-1"],
  ],
];

describe("sources:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });

  test.for(deciders)("a default of a missing row decides nothing: %s (CS804)", ([, place, ...changes]) => {
    const { said, expected } = checked(["", "CS804", place, ...withTenant(changes, row)]);
    expect(said).toContainEqual(expected);
  });

  test.for(deciders)("an old row decides nothing: %s (CS807)", ([, place, ...changes]) => {
    const { said, expected } = checked(["", "CS807", place, ...withTenant(changes, old("1s"))]);
    expect(said).toContainEqual(expected);
  });

  test.for(granting)("a row older than 60 s grants nothing: %s (CS807)", ([, place, ...changes]) => {
    const { said, expected } = checked(["", "CS807", place, ...withTenant(changes, old("61s"))]);
    expect(said).toContainEqual(expected);
    expect(checkClaimMap(changed(wholeMap, withTenant(changes, old("60s"))), { strict: true }).findings).toEqual([]);
  });

  test("a row found by an old row is as old (CS807)", () => {
    const { said, expected } = checked([
      "",
      "CS807",
      "limit: { value: §rooms.limit",
      ['key: { pk: "{tenant.id}" }', 'key: { pk: "{book.page}" }'],
      old("1s"),
    ]);
    expect(said).toContainEqual(expected);
  });

  test("what informs may be old, and may have a default", () => {
    const informs = [ROLE, "role: { value: book.page, to: [access], effect: informs }"] as const;
    for (const source of [row, old("1h")]) {
      expect(checkClaimMap(changed(wholeMap, [informs, source]), { strict: true }).findings).toEqual([]);
    }
  });
});
