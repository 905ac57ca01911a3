import { describe, expect, test } from "vitest";
import { checkNames, ENVELOPE_NAMES } from "../../../claims/checks/names.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { claimRule, RESERVED_CLAIMS } from "../../../cognito/reserved-claims.ts";
import { mapWith, positionIn } from "../a-map-text.ts";
import { watchPrototypes } from "./naughty-strings.ts";

watchPrototypes();

const role = "role: { value: staff.role, to: [access, id], effect: grants }";

/** What is said of a claim under this name, at its place; `reach` is where it goes. */
function codesOf(written: string, reach: string, events = "V3"): readonly string[] {
  const text = mapWith(
    ["events: V3", `events: ${events}`],
    [role, `${written}: { value: staff.role, ${reach}, effect: informs }`],
  );
  const place = positionIn(text, `      ${written}: {`, 6);
  const { read, findings } = readClaimMap(text);
  return [...findings, ...(read === null ? [] : checkNames(read))].flatMap(({ code, line, column }) =>
    line === place.line && column === place.column ? [code] : [],
  );
}

/** A name in other letters, as something that reads it might fold them; what says so stands behind each. */
const spellings: readonly (readonly [how: string, spell: (name: string) => string, code: RegExp])[] = [
  ["in capitals", (name) => JSON.stringify(name.toUpperCase()), /^CS205$/],
  ["with a capital", (name) => JSON.stringify(name.replace(/[a-z]/, (first) => first.toUpperCase())), /^CS205$/],
  ["in full-width letters", (name) => JSON.stringify(fullWidth(name)), /^CS205$/],
  ["with a blank behind it", (name) => JSON.stringify(`${name} `), /^CS204$/],
  [
    "with a character nobody sees",
    (name) => JSON.stringify(`${name.slice(0, 1)}\u200b${name.slice(1)}`),
    /^CS(?:102|205)$/,
  ],
];

function fullWidth(name: string): string {
  return name.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
}

const byName = RESERVED_CLAIMS.map((claim) => ("name" in claim ? claim.name : `${claim.family}anything`));

describe.for(["access", "id"] as const)("in the %s token", (token) => {
  const names = byName.filter((name) => claimRule(token, name) !== "free");

  test("every name Cognito keeps is refused as it is written, in quotes and without, for every version of events", () => {
    expect(names.length).toBeGreaterThan(20);
    for (const events of ["V1", "V2", "V3"]) {
      const plain = names.filter((name) => !name.includes(":"));
      const said = [...plain, ...names.map((name) => `"${name}"`)].map((name) =>
        codesOf(name, `to: [${token}]`, events),
      );
      expect(new Set(said.flat())).toEqual(new Set(["CS201"]));
      expect(said.filter((codes) => codes.length !== 1)).toEqual([]);
    }
  });

  test.for(spellings)("and %s", ([, spell, code]) => {
    for (const name of names) {
      const said = codesOf(spell(name), `to: [${token}]`);
      // A family covers whatever follows its colon.
      const expected = /^"(?:cognito|dev):/.test(spell(name)) ? /^CS20[145]$/ : code;
      expect([name, said]).toEqual([name, expect.arrayContaining([expect.stringMatching(expected)])]);
    }
  });
});

test("every name that binds an envelope is refused inside one, in all these spellings", () => {
  for (const name of ENVELOPE_NAMES) {
    expect(codesOf(name, "sealFor: [care-api]")).toEqual(["CS202"]);
    expect(codesOf(`"${name}"`, "sealFor: [care-api]")).toEqual(["CS202"]);
    for (const [, spell, code] of spellings) {
      expect([name, codesOf(spell(name), "sealFor: [care-api]")]).toEqual([
        name,
        expect.arrayContaining([expect.stringMatching(code)]),
      ]);
    }
  }
});

test("claimseal's own names are refused everywhere, in all these spellings", () => {
  for (const name of ["cmv", "sealed_care_api", "sealed_anything"]) {
    for (const reach of ["to: [access]", "to: [id]", "sealFor: [care-api]"]) {
      expect(codesOf(name, reach)).toEqual(["CS203"]);
      for (const [how, spell, code] of spellings) {
        // `sealed_` begins a name, so a blank behind it makes no other.
        const expected = how.startsWith("with a blank") && name !== "cmv" ? /^CS203$/ : code;
        expect([name, codesOf(spell(name), reach)]).toEqual([
          name,
          expect.arrayContaining([expect.stringMatching(expected)]),
        ]);
      }
    }
  }
});

test("a name with another one inside, behind a dot or a colon, is its own", () => {
  for (const name of ["my.sub", "sub.my", "https://example.com/sub", "my:scope", "x_cmv", "unsealed_x"]) {
    expect(codesOf(JSON.stringify(name), "to: [access]")).toEqual([]);
  }
});

test("twins of a claim are refused in other letters, and in those of another alphabet", () => {
  const twin = (written: string): readonly string[] => {
    const text = mapWith([role, `${role}\n      ${written}: { value: staff.role, to: [access], effect: informs }`]);
    const { line } = positionIn(text, `${written}: { value: staff.role, to: [access], effect: informs }`);
    const { read } = readClaimMap(text);
    return read === null ? [] : checkNames(read).flatMap((each) => (each.line === line ? [each.code] : []));
  };
  expect(twin("Role")).toEqual(["CS205"]);
  expect(twin("ROLE")).toEqual(["CS205"]);
  expect(twin(fullWidth("role"))).toEqual(["CS204", "CS205"]);
  // A Cyrillic letter folds to no Latin one: it is refused for what it is.
  expect(twin("r\u043ele")).toEqual(["CS204"]);
  expect(twin("roles")).toEqual([]);
});
