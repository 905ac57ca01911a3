import { describe, expect, test } from "vitest";
import { EVENT, HEAD, MAP, ranTest, toldFindings } from "./a-map-test.ts";

/** The map, with another function as a source of one of its claims. */
const CHAINING = MAP.replace(
  "tenant:\n",
  `  legacy:
    chain: "\${env:OLD_FUNCTION}"
    trust: operator
    onMissing: empty
    onError: { stale: 60s }
    attributes:
      plan: { type: string, class: open, values: [free, team], default: free }
tenant:
`,
).replace(
  "    scopes:\n      - { add",
  "      plan: { value: legacy.plan, to: [access], effect: informs }\n    scopes:\n      - { add",
);

const ARN = "arn:aws:lambda:eu-central-1:111122223333:function:old-pre-token";
const TEST = `${HEAD.replace("WEB: web1", `WEB: web1, OLD_FUNCTION: "${ARN}"`)}chain: { legacy: { plan: team, seats: 5 } }
`;
const casesOf = (...cases: readonly string[]): string =>
  `${TEST}cases:\n${cases.map((rest, index) => `  - { name: case ${index}, event: ${EVENT}, ${rest} }\n`).join("")}`;
const run = (...cases: readonly string[]) => ranTest(casesOf(...cases), { map: CHAINING });
const told = async (rest: string): Promise<readonly string[]> => toldFindings((await run(rest)).findings);

describe("a chained function", () => {
  test.for([
    ["adds the claims that the test says", "expect: { access: { plan: team } }"],
    ["adds others in one case", "chain: { legacy: { plan: free } }, expect: { access: { plan: free } }"],
    ["adds none in one case", "chain: { legacy: null }, expect: { access: { plan: free } }"],
    ["is held to the declarations", "chain: { legacy: { plan: gold } }, expect: { absent: { access: [plan] } }"],
    [
      "adds nothing to a source that reads something else of it",
      "chain: { legacy: { seats: 5 } }, expect: { access: { plan: free } }",
    ],
    ["can add nothing", "faults: { legacy: missing }, expect: { access: { plan: free } }"],
    ["can be late", "faults: { legacy: late }, expect: { access: { plan: team } }"],
    ["can add what is invalid", "faults: { legacy.plan: invalid }, expect: { absent: { access: [plan] } }"],
    [
      "that cannot be asked denies under stale: nothing was read before",
      "faults: { legacy: unavailable }, expect: { refused: SOURCE_UNAVAILABLE }",
    ],
    ["that never answers does too", "faults: { legacy: stall }, expect: { refused: SOURCE_UNAVAILABLE }"],
  ] as const)("%s", async ([, rest]) => {
    const { findings, results } = await run(rest);
    expect(findings).toEqual([]);
    expect(results.map(({ differences }) => differences)).toEqual([[]]);
  });

  test("of which no test says anything adds nothing", async () => {
    const text = casesOf("expect: { access: { plan: free } }").replace(/^chain:.*\n/m, "");
    const { results } = await ranTest(text, { map: CHAINING });
    expect(results.map(({ differences }) => differences)).toEqual([[]]);
  });

  test("answers every case alike: nothing read in one stands in for another", async () => {
    const { results } = await run(
      "expect: { access: { plan: team } }",
      "faults: { legacy: unavailable }, expect: { refused: SOURCE_UNAVAILABLE }",
    );
    expect(results.map(({ differences }) => differences)).toEqual([[], []]);
  });
});

describe("what a test says of chained functions is a finding", () => {
  test("where no source of the map is one by that name", async () => {
    expect(await told("chain: { legcy: null }, expect: { access: {} }")).toEqual([
      expect.stringMatching(/CS103 `legcy` is no source of the map that chains a function Write `legacy`\.$/),
    ]);
    expect((await told("chain: { rota: null }, expect: { access: {} }")).join()).toContain(
      "`rota` is no source of the map that chains a function There are: `legacy`.",
    );
  });

  test("where it is neither a row nor none", async () => {
    for (const answer of ["team", "[]", "7"]) {
      expect(await told(`chain: { legacy: ${answer} }, expect: { access: {} }`)).toEqual([
        expect.stringContaining(
          "CS106 the function of source `legacy` answers with a row or `null` Write `{ ATTRIBUTE: VALUE }` or `null`; for one that fails, write a fault of its source.",
        ),
      ]);
    }
  });
});
