import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { mapWith, positionIn } from "./a-map-text.ts";

type Change = readonly [old: string, changed: string];

/** What is wrong with the map, once this line of it is changed: code and message, and where. */
type Row = readonly [code: string, message: string, at: string, ...changes: readonly Change[]];

const phone = "{ value: staff.phone, sealFor: [care-api], effect: informs }";
const role = "{ value: staff.role, to: [access, id], effect: grants }";
const email = 'user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }';
const write = `when: 'staff.role == "physician"'`;
const caller = `${email}\n  client.metadata.ward: { type: string, class: open, maxLength: 12 }`;
const person = `${email}\n  user.custom:role: { type: string, class: open, maxLength: 12 }`;
const groups = `${email}\n  user.groups: { type: list<string>, class: pii, maxItems: 9, maxLength: 9, purpose: "menus" }`;
const residency = [
  "    trust: operator\n    onMissing: deny\n    onError: deny\n    attributes:\n      role",
  "    trust: operator\n    residency: [eu-west-1]\n    onMissing: deny\n    onError: deny\n    attributes:\n      role",
] as const;

/** `§` in `at` marks the place; the text around it stands once in the changed map. */
const rows: readonly Row[] = [
  [
    "CS301",
    "Unexpected token: EOF",
    'role: { value: "staff.role ==§"',
    [role, '{ value: "staff.role ==", to: [access], effect: grants }'],
  ],
  ["CS302", "no such overload: string == int", "when: '§staff.role == 1'", [write, "when: 'staff.role == 1'"]],
  [
    "CS303",
    "`staff` has no declared `rol`",
    "value: staff.§rol,",
    [role, "{ value: staff.rol, to: [access], effect: grants }"],
  ],
  [
    "CS304",
    "which field of `staff` is read must be written out",
    `value: "§staff[staff.role]"`,
    [role, `{ value: "staff[staff.role]", to: [access], effect: grants }`],
  ],
  [
    "CS305",
    "a condition is a `bool`; this is a `string`",
    "when: '§staff.role' }",
    [write, "when: 'staff.role' }\n      - { add: [care/read]"],
  ],
  [
    "CS305",
    "user.groups is `list<string>`, not `string`",
    "user.groups: { §type: string",
    [email, `${email}\n  user.groups: { type: string, class: pii, maxLength: 9, purpose: "menus" }`],
  ],
  [
    "CS306",
    "a list in a token holds text, numbers or truth values; this is a `list<list<string>>`",
    'value: "§[[staff.role]]"',
    [role, '{ value: "[[staff.role]]", to: [access], effect: grants }'],
  ],
  [
    "CS306",
    "a list in a token holds text, numbers or truth values; this is a `map<string, list<map<string, string>>>`",
    `value: "§{'a': [{'b'`,
    [role, `{ value: "{'a': [{'b': staff.role}]}", to: [id] }`],
  ],
  [
    "CS306",
    "Cognito takes no list and no object as `address` in an ID token; this is a `list<string>`",
    'address: { value: "§[staff.role]"',
    [`role: ${role}`, 'address: { value: "[staff.role]", to: [id] }'],
  ],
  [
    "CS307",
    "the language has no function `duration`",
    "when: '§duration",
    [write, `when: 'duration("1h") == duration("2h")'`],
  ],
  [
    "CS308",
    "this value is not `int`",
    "class: open, values: [1, §x]",
    ["level: { type: int, class: open }", "level: { type: int, class: open, values: [1, x] }"],
  ],
  [
    "CS309",
    "a machine has no `user`",
    'tier: { value: "§user.email',
    ["{ value: partner.tier, to: [access]", '{ value: "user.email", sealFor: [care-api]'],
  ],
  [
    "CS309",
    "`staff.level` is looked up by `user.sub`, which a machine has not",
    "tier: { value: §staff.level",
    ["{ value: partner.tier, to", "{ value: staff.level, to"],
  ],
  [
    "CS310",
    "`strng` is no type",
    "role: { §type: strng",
    ["role: { type: string, class: open, values: [nurse, physician] }", "role: { type: strng, class: open }"],
  ],
  [
    "CS401",
    "a pii value in the clear: staff.phone -> claims.phone.value -> access token (clear)",
    "phone: { value: §staff.phone",
    [phone, "{ value: staff.phone, to: [access], effect: informs }"],
  ],
  [
    "CS401",
    "a sensitive value in the clear: staff.blood -> claims.blood.value -> access token (clear)",
    "value: \"'type ' + §staff.blood\"",
    ["{ value: staff.blood, sealFor: [care-api]", `{ value: "'type ' + staff.blood", to: [access]`],
  ],
  [
    "CS401",
    "a pii value in the clear: user.groups -> claims.role.value -> access token (clear)",
    "role: { value: §user.groups",
    [role, "{ value: user.groups, to: [access], effect: informs }"],
    [email, groups],
  ],
  [
    "CS402",
    "a pii value decides a clear claim: staff.phone -> claims.role.when -> presence of role in the access token",
    'when: "has(§staff.phone)"',
    [role, '{ value: staff.role, to: [access], effect: grants, when: "has(staff.phone)" }'],
  ],
  [
    "CS402",
    "a sensitive value decides a scope: staff.blood -> scopes[1].when -> scopes care/write",
    `when: '§staff.blood == "0+"'`,
    [write, `when: 'staff.blood == "0+"'`],
  ],
  [
    "CS403",
    "a sensitive value reaches the ID token: staff.blood -> claims.blood.value -> ID token",
    "blood: { value: §staff.blood, sealFor: [care-api], to: [id]",
    ["{ value: staff.blood, sealFor: [care-api]", "{ value: staff.blood, sealFor: [care-api], to: [id]"],
  ],
  [
    "CS403",
    "a sensitive value reaches the ID token: staff.blood -> claims.role.when -> ID token",
    `when: "has(§staff.blood)"`,
    [role, '{ value: staff.role, to: [id], when: "has(staff.blood)" }'],
  ],
  [
    "CS403",
    "a sensitive value reaches the ID token: user.email -> idToken.keep -> ID token",
    "keep: [§email]",
    [email, email.replace("pii", "sensitive")],
  ],
  [
    "CS403",
    "a sensitive value reaches the ID token: user.groups -> ID token",
    "groups: { access: strip, §id: keep }",
    [email, groups.replace("class: pii, maxItems", "class: sensitive, maxItems")],
    ["groups: strip", "groups: { access: strip, id: keep }"],
  ],
  [
    "CS404",
    "sealed, and in the clear in the same token",
    "level: { value: staff.level, §sealFor",
    ["{ value: staff.level, to", "{ value: staff.level, sealFor: [care-api], to"],
  ],
  [
    "CS405",
    "sealed where its source does not allow it: staff.phone -> claims.phone.value -> envelope for care-api (eu-central-1)",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    residency,
  ],
  [
    "CS405",
    "sealed where its source does not allow it: staff.phone -> claims.phone.value -> envelope for care-api (no region stated)",
    "phone: { value: staff.phone, sealFor: [§care-api]",
    residency,
    [", region: eu-central-1", ""],
  ],
  [
    "CS406",
    "groups stay in the access token and are not declared open: user.groups -> access token (clear)",
    "§groups: keep",
    ["groups: strip", "groups: keep"],
    [email, groups],
  ],
  [
    "CS406",
    "groups stay in the access token and are not declared open: user.groups -> access token (clear)",
    "groups: { §access: keep, id: strip }",
    ["groups: strip", "groups: { access: keep, id: strip }"],
  ],
  [
    "CS407",
    "user.email is personal: it is at least `pii`",
    "type: string, §class: open, maxLength: 60",
    [email, email.replace("pii", "open")],
  ],
  [
    "CS501",
    "a value that the caller chose decides what is allowed: client.metadata.ward -> claims.role.value (grants)",
    "role: { value: §client.metadata.ward",
    [email, caller],
    [role, "{ value: client.metadata.ward, to: [access], effect: grants }"],
  ],
  [
    "CS501",
    "a value that the caller chose decides what is allowed: client.metadata.ward -> claims.level.when (restricts)",
    "when: 'has(§client.metadata.ward)'",
    [email, caller],
    ["effect: restricts", "effect: restricts, when: 'has(client.metadata.ward)'"],
  ],
  [
    "CS501",
    'a value that the person may have written decides what is allowed: user["custom:role"] -> scopes[1].when (adds care/write)',
    `when: '§user["custom:role"] == "x"'`,
    [email, person],
    [write, `when: 'user["custom:role"] == "x"'`],
  ],
  [
    "CS501",
    'a value that the person may have written decides what is allowed: user["custom:role"] -> scopes[1].when (removes care/write)',
    `when: '§user["custom:role"] == "x"'`,
    [email, person],
    [`add: [care/write], ${write}`, `remove: [care/write], when: 'user["custom:role"] == "x"'`],
  ],
  ["CS601", "nothing bounds `staff.role`", "role: { value: §staff.role", [", values: [nurse, physician]", ""]],
  ["CS601", "nothing bounds `user.email`", "keep: [§email]", [", maxLength: 60", ""]],
  [
    "CS602",
    "the access token can have 9909 bytes; `limits.accessToken` is 5000",
    "§people:",
    ["maxLength: 20", "maxLength: 4000"],
    [phone, "{ value: staff.phone, sealFor: [care-api], effect: informs }"],
  ],
  [
    "CS603",
    "the envelope for care-api can have 4160 bytes; 4096 is the most",
    "§claims:\n      role",
    ["maxLength: 20", "maxLength: 4010"],
  ],
  [
    "CS603",
    "nothing bounds `staff.phone`, in an envelope that a sensitive value keeps at one length",
    "phone: { value: §staff.phone",
    [", maxLength: 20", ""],
  ],
  [
    "CS604",
    "the ID token can have 3457 bytes; `limits.idToken` is 3000",
    "§people:",
    ["maxLength: 60", "maxLength: 1500"],
  ],
  ["CS801", "nothing reads the private `staff.phone`", "§phone: { type", [`      phone: ${phone}\n`, ""]],
  ["CS802", "nothing reads `user.email`", "§user.email:", ["keep: [email]", "keep: []"]],
  ["CS803", "nothing reads `partner`", "§partner:\n", ["value: partner.tier", "value: '1'"]],
  [
    "CS804",
    "a missing row would decide by its default: staff.level -> claims.level.value (restricts)",
    "level: { value: §staff.level",
    ["level: { type: int, class: open }", "level: { type: int, class: open, default: 0 }"],
    [
      "    onMissing: deny\n    onError: deny\n    attributes:\n      role",
      "    onMissing: empty\n    onError: deny\n    attributes:\n      role",
    ],
  ],
];

/** The first line of a message: the rest is the expression with its caret. */
const headline = (message: string): string => message.split("\n")[0] ?? "";

describe("a check", () => {
  test.for(rows)("says %s: %s", ([code, message, at, ...changes]) => {
    const text = mapWith(...changes);
    const { ok, findings, plan } = checkClaimMap(text, { strict: true });
    const place = positionIn(text, at.replace("§", ""), at.indexOf("§"));
    expect(findings.map((found) => ({ ...found, message: headline(found.message) }))).toContainEqual(
      expect.objectContaining({ code, level: "error", message, ...place }),
    );
    expect([ok, plan]).toEqual([false, null]);
  });

  test.for(rows.filter(([code]) => !["CS303", "CS304", "CS301"].includes(code)))(
    "says nothing of another family beside %s: %s",
    ([code, , , ...changes]) => {
      const { findings } = checkClaimMap(mapWith(...changes), { strict: true });
      const families = new Set(findings.map((found) => found.code.slice(0, 3)));
      expect([...families].filter((family) => family !== "CS6" && family !== "CS8")).toEqual(
        code.startsWith("CS6") || code.startsWith("CS8") ? [] : [code.slice(0, 3)],
      );
    },
  );
});
