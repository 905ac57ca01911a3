import type { MapPath } from "../../claims/claim-map.ts";
import { checkPattern } from "../../claims/language/check-pattern.ts";
import type { FederationCase, FederationExpectation } from "../../claims/shape/federation-test-shape.ts";
import type { Expectation, ExpectedClaims, MapTest, TestCase } from "../../claims/shape/map-test-shape.ts";
import { code } from "../../claims/shape/place.ts";
import { expectedPatterns } from "./expected-value.ts";

/** Something wrong with a test that its shape does not show. */
export type TestProblem = {
  readonly code: "CS103" | "CS104" | "CS105" | "CS106" | "CS111";
  readonly path: MapPath;
  readonly message: string;
  readonly fix: string;
};

/** Shorter texts are found in tokens by chance. */
const LEAST_BYTES = 8;

/** What a test contradicts across keys. No map is needed to see it. */
export function writtenTestProblems({ cases, federation, ...file }: MapTest): readonly TestProblem[] {
  const names = new Map<string, string>();
  const nameProblem = (name: string, list: string, index: number): TestProblem[] => {
    const twin = names.get(name);
    names.set(name, list === "cases" ? `case ${index}` : `federation case ${index}`);
    return twin === undefined ? [] : [sameName([list, String(index)], twin)];
  };
  const ofCases = cases.flatMap((each, index) => {
    const at = ["cases", String(index)];
    return [
      ...nameProblem(each.name, "cases", index),
      ...likeProblems(each, index, at),
      ...answerProblems(each, at),
      ...expectationProblems(each, [...at, "expect"]),
    ];
  });
  const ofFederation = federation.flatMap((each, index) => {
    const at = ["federation", String(index)];
    return [
      ...nameProblem(each.name, "federation", index),
      ...likeProblems(each, index, at),
      ...federationProblems(each, [...at, "expect"]),
    ];
  });
  return [...answerProblems(file, []), ...ofCases, ...ofFederation];
}

function federationProblems({ expect }: FederationCase, at: MapPath): readonly TestProblem[] {
  return [
    ...saidProblems(
      expect,
      at,
      "Write what is `kept`, or `refused: CODE`.",
      "a refused sign-in has nothing else to expect",
    ),
    ...patternProblems(expect.kept, [...at, "kept"]),
    ...shortTexts(
      (expect.nowhere ?? []).map((text, index) => ({ text, path: ["nowhere", String(index)] })),
      at,
    ),
  ];
}

/** Anything but a row or none is a read that failed, and there is a fault for that. */
function answerProblems(given: Pick<MapTest, "hooks" | "chain">, at: MapPath): readonly TestProblem[] {
  const nouns = { hooks: "hook", chain: "the function of source" } as const;
  return (["hooks", "chain"] as const).flatMap((key) =>
    Object.entries(given[key]).flatMap(([name, answer]): TestProblem[] => {
      if (typeof answer === "object" && !Array.isArray(answer)) return [];
      const message = `${nouns[key]} ${code(name)} answers with a row or \`null\``;
      const fix = "Write `{ ATTRIBUTE: VALUE }` or `null`; for one that fails, write a fault of its source.";
      return [{ code: "CS106", path: [...at, key, name], message, fix }];
    }),
  );
}

function sameName(at: MapPath, twin: string): TestProblem {
  const message = `${twin} has the same name`;
  return { code: "CS111", path: [...at, "name"], message, fix: "Say in each name what only this case shows." };
}

function likeProblems({ event }: TestCase | FederationCase, index: number, at: MapPath): readonly TestProblem[] {
  if (typeof event === "string" || event.like === undefined || event.like < index) return [];
  const message = `\`like\` is ${event.like}, and this is case ${index}: only an earlier one can be copied`;
  const fix = index === 0 ? "Write the event out." : `Write a number from 0 to ${index - 1}.`;
  return [{ code: "CS106", path: [...at, "event", "like"], message, fix }];
}

function expectationProblems({ expect }: TestCase, at: MapPath): readonly TestProblem[] {
  return [
    ...saidProblems(
      expect,
      at,
      "Write what the tokens hold, or `refused: CODE`.",
      "a refused token has nothing else to expect",
    ),
    ...(["access", "id"] as const).flatMap((token) => patternProblems(expect[token], [...at, token])),
    ...Object.entries(expect.opened ?? {}).flatMap(([server, claims]) =>
      patternProblems(claims, [...at, "opened", server]),
    ),
    ...shortTexts(soughtTexts(expect), at),
  ];
}

/** An expectation that says nothing, or too much. */
function saidProblems(
  expect: Expectation | FederationExpectation,
  at: MapPath,
  fix: string,
  tooMuch: string,
): readonly TestProblem[] {
  const said = Object.keys(expect);
  if (said.length === 0) return [{ code: "CS111", path: at, message: "`expect` says nothing", fix }];
  if (expect.refused === undefined || said.length === 1) return [];
  return [{ code: "CS111", path: [...at, "refused"], message: tooMuch, fix: "Keep `refused` alone." }];
}

function shortTexts(sought: ReturnType<typeof soughtTexts>, at: MapPath): readonly TestProblem[] {
  return sought.flatMap(({ text, path }): TestProblem[] => {
    if (Buffer.byteLength(text) >= LEAST_BYTES) return [];
    const message = `${code(text)} has ${Buffer.byteLength(text)} bytes: a token can hold it by chance`;
    const fix = `Look for ${LEAST_BYTES} bytes or more; use \`absent\` for a claim.`;
    return [{ code: "CS106", path: [...at, ...path], message, fix }];
  });
}

function patternProblems(claims: ExpectedClaims | undefined, at: MapPath): readonly TestProblem[] {
  return expectedPatterns(claims ?? {}).flatMap(({ path, pattern }) => {
    const found = checkPattern(pattern);
    return found === null
      ? []
      : [{ code: "CS106", path: [...at, ...path], message: found.problem, fix: "Write a pattern in RE2 syntax." }];
  });
}

/** The texts of `nowhere` and where they stand. */
function soughtTexts({ nowhere = [] }: Expectation): readonly { readonly text: string; readonly path: MapPath }[] {
  const placed = (texts: readonly string[], ...path: string[]) =>
    texts.map((text, index) => ({ text, path: [...path, String(index)] }));
  return isList(nowhere)
    ? placed(nowhere, "nowhere")
    : [...placed(nowhere.access, "nowhere", "access"), ...placed(nowhere.id, "nowhere", "id")];
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}
