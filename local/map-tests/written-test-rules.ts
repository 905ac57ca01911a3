import type { MapPath } from "../../claims/claim-map.ts";
import { checkPattern } from "../../claims/language/check-pattern.ts";
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
export function writtenTestProblems({ cases, ...file }: MapTest): readonly TestProblem[] {
  const names = new Map<string, number>();
  const ofCases = cases.flatMap((each, index) => {
    const at = ["cases", String(index)];
    const twin = names.get(each.name);
    names.set(each.name, index);
    return [
      ...(twin === undefined ? [] : [sameName(at, twin)]),
      ...likeProblems(each, index, at),
      ...answerProblems(each, at),
      ...expectationProblems(each, [...at, "expect"]),
    ];
  });
  return [...answerProblems(file, []), ...ofCases];
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

function sameName(at: MapPath, twin: number): TestProblem {
  const message = `case ${twin} has the same name`;
  return { code: "CS111", path: [...at, "name"], message, fix: "Say in each name what only this case shows." };
}

function likeProblems({ event }: TestCase, index: number, at: MapPath): readonly TestProblem[] {
  if (typeof event === "string" || event.like === undefined || event.like < index) return [];
  const message = `\`like\` is ${event.like}, and this is case ${index}: only an earlier one can be copied`;
  const fix = index === 0 ? "Write the event out." : `Write a number from 0 to ${index - 1}.`;
  return [{ code: "CS106", path: [...at, "event", "like"], message, fix }];
}

function expectationProblems({ expect }: TestCase, at: MapPath): readonly TestProblem[] {
  const said = Object.keys(expect);
  const problem = (key: string, code: TestProblem["code"], message: string, fix: string): TestProblem => ({
    code,
    path: key === "" ? at : [...at, key],
    message,
    fix,
  });
  return [
    ...(said.length === 0
      ? [problem("", "CS111", "`expect` says nothing", "Write what the tokens hold, or `refused: CODE`.")]
      : []),
    ...(expect.refused !== undefined && said.length > 1
      ? [problem("refused", "CS111", "a refused token has nothing else to expect", "Keep `refused` alone.")]
      : []),
    ...(["access", "id"] as const).flatMap((token) => patternProblems(expect[token], [...at, token])),
    ...Object.entries(expect.opened ?? {}).flatMap(([server, claims]) =>
      patternProblems(claims, [...at, "opened", server]),
    ),
    ...soughtTexts(expect).flatMap(({ text, path }) =>
      Buffer.byteLength(text) < LEAST_BYTES
        ? [{ ...problem("", "CS106", ...tooShort(text)), path: [...at, ...path] }]
        : [],
    ),
  ];
}

function tooShort(text: string): readonly [message: string, fix: string] {
  const message = `${code(text)} has ${Buffer.byteLength(text)} bytes: a token can hold it by chance`;
  return [message, `Look for ${LEAST_BYTES} bytes or more; use \`absent\` for a claim.`];
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
