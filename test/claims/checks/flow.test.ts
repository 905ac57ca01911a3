import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { mapWith } from "../a-map-text.ts";

const INPUTS = 'user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }';
const KEY = 'key: { pk: "STAFF#{user.sub}" }';
const role = "{ value: staff.role, to: [access, id], effect: grants }";
const phone = "{ value: staff.phone, sealFor: [care-api], effect: informs }";

type Change = readonly [old: string, changed: string];
const read = (...changes: readonly Change[]) => checkClaimMap(mapWith(...changes)).findings;

describe("a row that somebody chose", () => {
  test.for<[trust: string, input: string, key: string, code: string, who: string]>([
    [
      "caller",
      "client.metadata.who: { type: string, class: open, maxLength: 9 }",
      "client.metadata.who",
      "CS502",
      "the caller",
    ],
    [
      "user",
      "user.custom:who: { type: string, class: open, maxLength: 9 }",
      'user[\\"custom:who\\"]',
      "CS408",
      "somebody else",
    ],
    [
      "idp",
      "user.custom:who: { type: string, class: open, maxLength: 9, trust: idp }",
      'user[\\"custom:who\\"]',
      "CS408",
      "somebody else",
    ],
  ])("by a value of trust %s must not hold private attributes", ([, input, key, code, who]) => {
    const found = read([INPUTS, `${INPUTS}\n  ${input}`], [KEY, `key: { pk: "{${key}}" }`]);
    expect(found).toContainEqual(
      expect.objectContaining({
        code,
        path: ["sources", "staff", "dynamodb", "key"],
        message: `${who} chooses which row of \`staff\` is read, and it holds private attributes`,
      }),
    );
  });

  test("lends its attributes no more trust than its key has, and the finding shows the key", () => {
    const found = read(
      [INPUTS, `${INPUTS}\n  client.metadata.who: { type: string, class: open, maxLength: 9 }`],
      [KEY, 'key: { pk: "{client.metadata.who}" }'],
    );
    expect(found.map(({ code, message }) => [code, message])).toContainEqual([
      "CS501",
      "a value that the caller chose decides what is allowed: client.metadata.who -> sources.staff.key -> staff.role -> claims.role.value (grants)",
    ]);
  });

  test("is as private as its key, and the finding shows the key", () => {
    const found = read([KEY, 'key: { pk: "{user.email}" }']);
    expect(found.map(({ code, message }) => [code, message])).toContainEqual([
      "CS401",
      "a pii value in the clear: user.email -> sources.staff.key -> staff.role -> claims.role.value -> access token (clear)",
    ]);
  });

  test("is as private as a row its key was read from, however far away", () => {
    const found = read(
      ['key: { pk: "{client.id}" }', 'key: { pk: "{staff.phone}" }'],
      [role, '{ value: \'partner.tier > 1 ? "nurse" : "physician"\', to: [access, id], effect: grants }'],
    );
    expect(found.map(({ code, message }) => [code, message])).toContainEqual([
      "CS401",
      "a pii value in the clear: staff.phone -> sources.partner.key -> partner.tier -> claims.role.value -> access token (clear)",
    ]);
  });
});

describe("a flow", () => {
  test("is reported once for an expression, where the value is read first", () => {
    const found = read([phone, "{ value: staff.role + staff.phone + staff.phone, to: [access], effect: informs }"]);
    const leaks = found.filter(({ code }) => code === "CS401");
    expect(leaks.map(({ column }) => column)).toEqual(["      phone: { value: staff.role + s".length]);
  });

  test("is found in an expression whose types do not fit", () => {
    const codes = read([phone, "{ value: staff.phone + 1, to: [access], effect: informs }"]).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["CS302", "CS401"]));
  });
});
