import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { runs } from "../runs.ts";
import { soundMap } from "./a-map-text.ts";

/** What is wrong with the answer itself: a plan comes without errors, and every finding has a place in the text. */
function flaws(text: string, strict: boolean): readonly string[] {
  const { ok, findings, plan } = checkClaimMap(text, { strict });
  const lines = text.split("\n").length;
  return [
    ...(ok === (plan === null) ? ["a plan and an error, or neither"] : []),
    ...(ok === findings.some(({ level }) => level === "error") ? ["ok with an error, or without one not ok"] : []),
    ...findings
      .filter(
        ({ line, column, message, fix }) => line < 1 || line > lines || column < 1 || message === "" || fix === "",
      )
      .map(({ code, line, column }) => `${code} stands nowhere: ${line}:${column}`),
  ];
}

const lines = soundMap.split("\n");
const words = soundMap.match(/[A-Za-z0-9.:_-]+/g) ?? [];
const strange = `null true [] {} -1 1e99 __proto__ constructor has(staff.phone) ' " # &a *a user.groups staff`.split(
  " ",
);

describe("a check has an answer, and never throws,", () => {
  test("on a map with lines lost, doubled, swapped, cut or indented", () => {
    const line = fc.nat({ max: lines.length - 1 });
    const edit = fc.tuple(line, line, fc.constantFrom("lose", "double", "swap", "cut", "indent"), fc.nat({ max: 80 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, strict) => {
        const changed = [...lines];
        for (const [at, other, kind, length] of edits) {
          const here = changed[at] ?? "";
          if (kind === "lose") changed[at] = "";
          if (kind === "double") changed[at] = `${here}\n${here}`;
          if (kind === "swap") [changed[at], changed[other]] = [changed[other] ?? "", here];
          if (kind === "cut") changed[at] = here.slice(0, length);
          if (kind === "indent") changed[at] = `  ${here}`;
        }
        expect(flaws(changed.join("\n"), strict)).toEqual([]);
      }),
      { numRuns: runs(250) },
    );
  });

  test("on a map with words replaced by other words", () => {
    const change = fc.tuple(fc.nat({ max: words.length - 1 }), fc.constantFrom(...words, ...strange));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const text = changes.reduce((all, [index, other]) => all.replace(words[index] ?? "", () => other), soundMap);
        expect(flaws(text, false)).toEqual([]);
      }),
      { numRuns: runs(250) },
    );
  });

  test("on any text at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(flaws(text, true)).toEqual([]);
      }),
      { numRuns: runs(250) },
    );
  });
});
