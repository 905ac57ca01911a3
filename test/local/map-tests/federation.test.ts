import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { type Coverage, coverageOf, percentOf } from "../../../local/map-tests/coverage.ts";
import { marksOf } from "../../../local/map-tests/coverage-marks.ts";
import { federationMarks } from "../../../local/map-tests/federation-coverage.ts";
import { readMapTest } from "../../../local/map-tests/read-map-test.ts";
import { type FederationResult, runFederationTest } from "../../../local/map-tests/run-federation.ts";
import { runMapTest } from "../../../local/map-tests/run-map-test.ts";
import { testWorld } from "../../../local/map-tests/test-world.ts";
import { FEDERATED, federatedWith } from "../../claims/a-federated-map.ts";
import { MAP, planOf, toldFindings } from "./a-map-test.ts";

const HEAD = `
version: 1
map: ./clinic.claims.yaml
clock: 2026-11-22T10:00:00Z
cases:
  - { name: a nurse, event: { client: web1, sub: u1, scopes: [openid], user: { "custom:roles": "[app-nurses]" } }, expect: { access: { roles: [app-nurses] } } }
federation:
`;
const SAML =
  '{ provider: CorporateSaml, sends: { email: ada@example.eu, dept: Surgery 7, groups: "[app-nurses, G-1]" } }';
const GOOGLE =
  "{ provider: Google, sends: { sub: '104720', email: ada@example.eu, email_verified: true, picture: p } }";

type Ran = {
  readonly said: readonly string[];
  readonly results: readonly FederationResult[];
  readonly coverage: Coverage;
};

/** Runs cases, each under `- { name: N, ... }`, and says what is wrong with them or differs. */
async function ran(cases: readonly string[], { map = FEDERATED, files = {}, head = HEAD } = {}): Promise<Ran> {
  const listed = cases.map((rest, index) => `  - { name: case ${index}, ${rest} }\n`).join("");
  return ranText(`${head}${listed}`, map, files);
}

async function ranText(text: string, map: string, files: object = {}): Promise<Ran> {
  const { read, findings } = readMapTest(text);
  const nothing = { results: [], coverage: {} as Coverage };
  if (read === null) return { ...nothing, said: toldFindings(findings) };
  const plan = planOf(map);
  const { world, federated, findings: ofWorld } = testWorld(read, plan, new Map(Object.entries(files)));
  if (world === null) return { ...nothing, said: toldFindings(ofWorld) };
  const results: FederationResult[] = [];
  const marks = new Set<string>();
  for await (const { run } of runMapTest(world, read)) for (const mark of await marksOf(run)) marks.add(mark);
  for await (const result of runFederationTest(world.plan, federated, read)) {
    results.push(result);
    if (result.differences.length === 0) for (const mark of federationMarks(result.run)) marks.add(mark);
  }
  const readMap = readClaimMap(map).read;
  if (readMap === null) throw new Error("a map that cannot be read");
  const said = results.flatMap(({ differences }) =>
    differences.map(({ at, expected, actual }) => `${at}: ${expected} | ${actual}`),
  );
  return { said, results, coverage: coverageOf(plan, readMap, marks) };
}

const saying = async (rest: string, more: Parameters<typeof ran>[1] = {}): Promise<readonly string[]> =>
  (await ran([rest], more)).said;

describe("what enters the pool", () => {
  test("is exactly what is kept, and what is dropped is not among it", async () => {
    const kept = 'kept: { email: ada@example.eu, "custom:roles": "[app-nurses]" }';
    const { said, results } = await ran([
      `event: ${SAML}, expect: { ${kept}, dropped: [dept, groups], nowhere: [Surgery 7] }`,
      `event: ${GOOGLE}, expect: { kept: { sub: { matches: "^[0-9]+$" }, email: ada@example.eu, email_verified: "true" }, dropped: [picture] }`,
      `event: { like: 0, sends: { groups: "[]" } }, expect: { kept: { "custom:roles": "[]" } }`,
      `event: { like: 0, provider: Google, sends: { sub: "1", email: x@x.eu } }, expect: { kept: { sub: "1", email: x@x.eu } }`,
    ]);
    expect(said).toEqual([]);
    expect(results.map(({ name, place }) => [name, place.line])).toEqual([
      ["case 0", 8],
      ["case 1", 9],
      ["case 2", 10],
      ["case 3", 11],
    ]);
  });

  test("is told where it is other than expected, no value that the test does not state", async () => {
    expect(await saying(`event: ${SAML}, expect: { kept: { email: ben@example.eu } }`)).toEqual([
      'kept.email: "ben@example.eu" | <text of 14>',
      "kept.custom:roles: nothing | <text of 12>",
    ]);
    const both = 'kept: { email: { matches: "^z" }, "custom:roles": "[app-nurses]" }';
    expect(await saying(`event: ${SAML}, expect: { ${both}, dropped: [email], nowhere: [app-nurses] }`)).toEqual([
      'kept.email: text that matches "^z" | <text of 14>',
      "dropped.email: dropped | <text of 14>",
      'nowhere: "app-nurses" in no encoding | in attribute `custom:roles`',
    ]);
    expect(
      await saying(
        `event: ${GOOGLE}, expect: { kept: { sub: "104720", email: ada@example.eu, email_verified: "true" } }`,
      ),
    ).toEqual([]);
  });

  test("is nothing where the sign-in is refused, and that is expected by its code", async () => {
    const refused = (event: string, code: string): Promise<readonly string[]> =>
      saying(`event: ${event}, expect: { refused: ${code} }`);
    expect(await refused("{ provider: Facebook, sends: { id: x } }", "PROVIDER_NONE")).toEqual([]);
    expect(await refused("{ provider: Google, type: SAML, sends: { sub: x } }", "PROVIDER_NONE")).toEqual([]);
    expect(await refused("{ provider: Google, sends: { picture: x } }", "ATTRIBUTES_NONE")).toEqual([]);
    expect(await refused('{ provider: CorporateSaml, sends: { groups: "" } }', "ATTRIBUTE_REQUIRED")).toEqual([
      "refused: ATTRIBUTE_REQUIRED | kept",
    ]);
    expect(await refused(SAML, "PROVIDER_NONE")).toEqual(["refused: PROVIDER_NONE | kept"]);
    expect(await saying("event: { provider: Google, sends: { picture: x } }, expect: { kept: { sub: x } }")).toEqual([
      "federation: kept | ATTRIBUTES_NONE (nothing that the map keeps is known)",
    ]);
  });

  test("is worked out of a whole event in a file too", async () => {
    const files = {
      "event.json": JSON.parse(readFileSync("test/events/other.inbound-federation.saml.json", "utf8")) as unknown,
      "none.json": { request: null },
    };
    const [{ providerName, attributes }] = [
      (files["event.json"] as { request: { providerName: string; attributes: { samlResponse: object } } }).request,
    ];
    const map = federatedWith(["    CorporateSaml:\n", `    ${providerName}:\n`]);
    const [sent = ""] = Object.keys(attributes.samlResponse).filter((name) => !["email", "groups"].includes(name));
    expect(await saying(`event: event.json, expect: { dropped: ["${sent}"] }`, { map, files })).toEqual([]);
    expect(await saying("event: none.json, expect: { refused: EVENT_MALFORMED }", { files })).toEqual([]);
  });
});

const problems: readonly (readonly [what: string, cases: readonly string[], said: string])[] = [
  [
    "no provider",
    ["event: { sends: { sub: x } }, expect: { kept: {} }"],
    "8:21 CS104 the event has no `provider` Add `provider`.",
  ],
  [
    "nothing sent",
    ["event: { provider: Google }, expect: { kept: {} }"],
    "8:21 CS104 the event has no `sends` Add `sends`.",
  ],
  [
    "a provider that the map has not",
    ["event: { provider: Gogle, sends: {} }, expect: { kept: {} }"],
    "8:30 CS106 `Gogle` is no identity provider of the map Write `Google`.",
  ],
  [
    "an attribute that is not kept",
    [`event: ${GOOGLE}, expect: { kept: { emial: x } }`],
    "CS103 `emial` is no attribute that the map keeps Write `email`.",
  ],
  [
    "something dropped that nobody sends",
    [`event: ${GOOGLE}, expect: { dropped: [dept] }`],
    "CS106 `dept` is no attribute that the event has There are: `sub`, `email`, `email_verified` or `picture`.",
  ],
  [
    "a code there is not",
    [`event: ${GOOGLE}, expect: { refused: PROVIDER_NON }`],
    "CS106 `PROVIDER_NON` is no code of a refusal Write `PROVIDER_NONE`.",
  ],
  [
    "nothing expected",
    [`event: ${GOOGLE}, expect: {}`],
    "CS111 `expect` says nothing Write what is `kept`, or `refused: CODE`.",
  ],
  [
    "more than a refusal",
    [`event: ${GOOGLE}, expect: { refused: PROVIDER_NONE, dropped: [sub] }`],
    "CS111 a refused sign-in has nothing else to expect Keep `refused` alone.",
  ],
  [
    "a text that is too short to be looked for",
    [`event: ${GOOGLE}, expect: { nowhere: [ada] }`],
    "CS106 `ada` has 3 bytes: a token can hold it by chance",
  ],
  [
    "a pattern that is none",
    [`event: ${GOOGLE}, expect: { kept: { sub: { matches: "(" } } }`],
    "Write a pattern in RE2 syntax.",
  ],
  [
    "a copy of what comes later",
    [`event: { like: 1 }, expect: { kept: {} }`],
    "CS106 `like` is 1, and this is case 0: only an earlier one can be copied",
  ],
  [
    "a copy of a file",
    ["event: e.json, expect: { refused: EVENT_MALFORMED }", "event: { like: 0 }, expect: { refused: EVENT_MALFORMED }"],
    "CS111 an event in a file cannot be copied Write the event out, or name its file.",
  ],
];

test.for(problems)("a case with %s is a finding, and does not run", async ([, cases, said]) => {
  const { said: told, results } = await ran(cases, { files: { "e.json": {} } });
  expect(told.join("\n")).toContain(said);
  expect(results).toEqual([]);
});

test("names are one list for both kinds of cases, and a map without the section has nothing to test", async () => {
  const twin = await ranText(`${HEAD}  - { name: a nurse, event: ${GOOGLE}, expect: { dropped: [sub] } }\n`, FEDERATED);
  expect(twin.said).toEqual(["8:7 CS111 case 0 has the same name Say in each name what only this case shows."]);
  const head = `
version: 1
map: m
clock: 2026-11-22T10:00:00Z
env: { STAFF: staff, WEB: web1, NAMES_KEY: "arn:aws:kms:eu-central-1:111122223333:key/n", SHOP_KEY: "arn:aws:kms:eu-central-1:111122223333:key/s" }
cases: [{ name: x, event: { client: web1, sub: u1, scopes: [openid] }, expect: { refused: SOURCE_MISSING } }]
federation:
`;
  expect(await saying(`event: ${GOOGLE}, expect: { dropped: [sub] }`, { map: MAP, head })).toEqual([
    "7:1 CS111 the map has no `federation`: nothing of it decides what providers send Delete these cases, or add the section to the map.",
  ]);
});

/** Cases that show all of the section, and what is said without each. */
const CASES: readonly (readonly [rest: string, missed: string])[] = [
  [
    `event: ${SAML}, expect: { kept: { email: ada@example.eu, "custom:roles": "[app-nurses]" } }`,
    "no test sees attribute `email` enter the pool from `CorporateSaml`",
  ],
  [
    `event: { provider: CorporateSaml, sends: { groups: "[]" } }, expect: { kept: { "custom:roles": "[]" } }`,
    "no test sees what becomes of somebody from `CorporateSaml` when `email` is unknown",
  ],
  [
    `event: ${GOOGLE}, expect: { dropped: [picture] }`,
    "no test sees attribute `email_verified` enter the pool from `Google`",
  ],
  [
    "event: { provider: Google, sends: { email: x@x.eu } }, expect: { kept: { email: x@x.eu } }",
    "when `sub` is unknown",
  ],
  ["event: { provider: Google, sends: { sub: x } }, expect: { kept: { sub: x } }", "when `email` is unknown"],
  [
    "event: { provider: Facebook, sends: {} }, expect: { refused: PROVIDER_NONE }",
    "no test comes from an identity provider that the map has not",
  ],
];

describe("coverage", () => {
  const missing = ({ coverage }: Ran): readonly string[] =>
    coverage.findings.filter(({ path }) => path[0] === "federation").map(({ message }) => message);

  test("counts providers, what is kept of each, and what is unknown; nothing is left where cases show all of it", async () => {
    const all = await ran(CASES.map(([rest]) => rest));
    expect(all.said).toEqual([]);
    expect(missing(all)).toEqual([]);
    const [none, whole] = [await ranText(HEAD.replace("federation:\n", ""), FEDERATED), all];
    expect(whole.coverage.counts.rules.of).toBe(none.coverage.counts.rules.of);
    expect(whole.coverage.counts.rules.covered - none.coverage.counts.rules.covered).toBe(8);
    expect(missing(none).length).toBeGreaterThan(10);
    const [first] = none.coverage.findings.filter(({ path }) => path[0] === "federation");
    expect([first?.code, first?.line, FEDERATED.split("\n")[(first?.line ?? 0) - 1]]).toEqual([
      "CS903",
      10,
      "  providers:",
    ]);
  });

  test.for(CASES.map((each, index) => [index, each[1]] as const))(
    "misses what case %i alone shows: %s",
    async ([index, missed]) => {
      const rest = CASES.filter((_, other) => other !== index).map(([each]) => each);
      expect(missing(await ran(rest)).join("\n")).toContain(missed);
    },
  );

  test("follows conditions in what is kept, and a case that fails shows nothing", async () => {
    const map = federatedWith(["email: idp.email\n", 'email: \'idp.groups == "[]" ? "none" : idp.email\'\n']);
    const one = await ran([`event: ${SAML}, expect: { dropped: [dept] }`], { map });
    expect(missing(one)).toContain('`idp.groups == "[]"` is never true in a test');
    const failed = await ran([`event: ${SAML}, expect: { dropped: [email] }`]);
    expect(missing(failed)).toContain("no test lets anybody in from identity provider `CorporateSaml`");
  });
});

test("the tests in the how-to pass on the map in the how-to, and leave nothing of its federation out but what it says", async () => {
  const text = readFileSync("docs/how-to/keep-attributes-out-of-the-pool.md", "utf8");
  const [map = "", tests = ""] = [...text.matchAll(/```yaml\n(version: 1\n[^`]*)```/g)].map(([, yaml]) => yaml);
  const { said, results, coverage } = await ranText(tests, map);
  expect(said).toEqual([]);
  expect(results).toHaveLength(5);
  expect(percentOf(coverage.counts.rules)).toBe(100);
});

test("the example in the reference passes on the same map", async () => {
  const how = readFileSync("docs/how-to/keep-attributes-out-of-the-pool.md", "utf8");
  const [, map = ""] = /```yaml\n(version: 1\n[^`]*)```/.exec(how) ?? [];
  const reference = readFileSync("docs/reference/map-tests.md", "utf8");
  const [, federation = ""] = /```yaml\n(federation:\n[^`]*)```/.exec(reference) ?? [];
  const cases = "cases: [{ name: x, event: { client: web1, sub: u1, scopes: [openid] }, expect: { id: {} } }]";
  const head = `version: 1\nmap: m\nclock: 2026-11-22T10:00:00Z\nenv: { WEB_CLIENT: web1 }\n${cases}\n`;
  const { said, results } = await ranText(head + federation, map);
  expect([said, results.length]).toEqual([[], 2]);
});
