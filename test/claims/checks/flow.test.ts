import { describe, expect, test } from "vitest";
import { compileProfiles } from "../../../claims/checks/compiled-profile.ts";
import { checkPrivacy } from "../../../claims/checks/privacy-flow.ts";
import { checkTrust } from "../../../claims/checks/trust-flow.ts";
import type { ClaimMap, WrittenClaim, WrittenSource } from "../../../claims/claim-map.ts";
import { type KnownValue, type KnownValues, readKnownValues } from "../../../claims/language/known-values.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Class, Trust } from "../../../claims/plan.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

const staff: WrittenSource = {
  dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" }, consistent: false },
  trust: "operator",
  onMissing: "deny",
  onError: "deny",
  attributes: { role: declared("string"), phone: declared("string", { class: "pii" }) },
};

function mapOf(claims: { readonly [name: string]: Partial<WrittenClaim> & { readonly value: string } }): ClaimMap {
  return aClaimMap({
    sources: { staff },
    profiles: {
      people: {
        match: { grants: ["user"], clients: ["web"] },
        claims: Object.fromEntries(
          Object.entries(claims).map(([name, claim]) => [name, { to: [], sealFor: [], required: false, ...claim }]),
        ),
        scopes: [],
      },
    },
  });
}

/**
 * What the map declares, with `staff` looked up by something else. Templates of this version read nothing but
 * `user.sub` and `client.id`; that the flows hold for whatever a later one reads is promised here.
 */
function lookedUpBy(map: ClaimMap, trust: Trust, keyClass: Class): KnownValues {
  const known = readKnownValues(aReadMap(map));
  const key: KnownValue = {
    reference: ["client", "metadata", "who"],
    declaration: { type: "string", class: keyClass },
    trust,
    path: null,
    key: [],
  };
  const values = [...known.values].map(([name, value]) =>
    value.reference[0] === "staff" ? ([name, { ...value, trust, key: [key] }] as const) : ([name, value] as const),
  );
  return { ...known, values: new Map(values) };
}

function compiled(map: ClaimMap, known: KnownValues) {
  const read = aReadMap(map);
  return { read, profiles: compileProfiles(read, known, vocabularyOf(read, known)).profiles };
}

describe("a row that somebody chose", () => {
  test.for<[trust: Trust, code: string, who: string]>([
    ["caller", "CS502", "the caller"],
    ["user", "CS408", "the person"],
    ["idp", "CS408", "the person"],
  ])("by a value of trust %s must not hold private attributes: %s", ([trust, code, who]) => {
    const map = mapOf({});
    const { read, profiles } = compiled(map, lookedUpBy(map, trust, "open"));
    expect(checkTrust(read, lookedUpBy(map, trust, "open"), profiles)).toEqual([
      expect.objectContaining({
        code,
        path: ["sources", "staff", "dynamodb", "key"],
        message: `${who} chooses which row of \`staff\` is read, and it holds private attributes`,
      }),
    ]);
  });

  test("lends its attributes no more trust than its key has, and the finding shows the key", () => {
    const map = mapOf({ role: { value: "staff.role", to: ["access"], effect: "grants" } });
    const known = lookedUpBy(map, "caller", "open");
    const { read, profiles } = compiled(map, known);
    expect(checkTrust(read, known, profiles).map(({ code, message }) => [code, message])).toContainEqual([
      "CS501",
      "a value that the caller chose decides what is allowed: client.metadata.who -> sources.staff.key -> staff.role -> claims.role.value (grants)",
    ]);
  });

  test("is as private as its key, and the finding shows the key", () => {
    const map = mapOf({ phone: { value: "staff.phone", to: ["access"], effect: "informs" } });
    const known = lookedUpBy(map, "operator", "pii");
    const { read, profiles } = compiled(map, known);
    expect(checkPrivacy(read, known, profiles).map(({ code, message }) => [code, message])).toEqual([
      [
        "CS401",
        "a pii value in the clear: client.metadata.who -> sources.staff.key -> staff.phone -> claims.phone.value -> access token (clear)",
      ],
    ]);
  });
});

describe("a flow", () => {
  test("is reported once for an expression, where the value is read first", () => {
    const map = mapOf({
      phone: { value: "staff.role + staff.phone + staff.phone", to: ["access"], effect: "informs" },
    });
    const known = readKnownValues(aReadMap(map));
    const { read, profiles } = compiled(map, known);
    expect(checkPrivacy(read, known, profiles).map(({ code, column }) => [code, column])).toEqual([["CS401", 14]]);
  });

  test("is found in an expression whose types do not fit", () => {
    const map = mapOf({ phone: { value: "staff.phone + 1", to: ["access"], effect: "informs" } });
    const known = readKnownValues(aReadMap(map));
    const { read, profiles } = compiled(map, known);
    expect(profiles[0]?.claims[0]?.value.compiled).toBeNull();
    expect(checkPrivacy(read, known, profiles).map(({ code }) => code)).toEqual(["CS401"]);
  });
});
