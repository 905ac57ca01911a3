import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { type Coverage, coverageOf, percentOf } from "../../../local/map-tests/coverage.ts";
import { marksOf } from "../../../local/map-tests/coverage-marks.ts";
import { EVENT, HEAD, MAP, planOf, ranTest, toldFindings } from "./a-map-test.ts";

/** Cases that show all of the map, and what is said without each; nothing where others show it too. */
const CASES: readonly (readonly [rest: string, missed: string])[] = [
  [`event: ${EVENT}, expect: { access: { role: manager } }`, ""],
  [
    "event: { client: web1, sub: u2, scopes: [openid], metadata: { shop: s1 } }, expect: { access: { role: clerk } }",
    "the condition of the rule for `shop/write` is never false",
  ],
  [
    "event: { client: web2, sub: u1, scopes: [openid] }, expect: { refused: PROFILE_NONE }",
    "no test has an event that no profile matches",
  ],
  [
    `event: ${EVENT}, clock: 2027-01-02T00:00:00Z, expect: { refused: MAP_SUSPENDED }`,
    "`staff.until < now` is never true",
  ],
  [
    "event: { client: web1, sub: u1, scopes: [openid] }, expect: { refused: TENANT_REFUSED }",
    "no test is refused a tenant",
  ],
  [
    `event: ${EVENT}, tables: { staff: [{ pk: STAFF#u1, shops: [s1], role: clerk, suspended: true }] }, expect: { refused: MAP_SUSPENDED }`,
    "`staff.suspended` is never true",
  ],
  [`event: ${EVENT}, faults: { staff: missing }, expect: { refused: SOURCE_MISSING }`, "source `staff` has no row"],
  [
    `event: ${EVENT}, faults: { staff: unavailable }, expect: { refused: SOURCE_UNAVAILABLE }`,
    "source `staff` cannot be read",
  ],
  [`event: ${EVENT}, faults: { memberships: missing }, expect: { access: { head: false } }`, ""],
  [
    `event: ${EVENT}, faults: { memberships: unavailable }, expect: { absent: { access: [head] } }`,
    "source `memberships` cannot be read",
  ],
  [
    `event: ${EVENT}, faults: { memberships.level: absent }, expect: { absent: { access: [head] } }`,
    "claim `head` when `memberships.org` is absent",
  ],
  [
    `event: ${EVENT}, faults: { memberships.org: invalid }, expect: { absent: { access: [head] } }`,
    "claim `head` when `memberships.org` is invalid",
  ],
  [`event: ${EVENT}, faults: { rota: missing }, expect: { access: { team: none } }`, "`has(rota.team)` is never false"],
  [
    `event: ${EVENT}, faults: { rota: unavailable }, expect: { absent: { access: [team] } }`,
    "source `rota` cannot be read",
  ],
  [
    `event: ${EVENT}, faults: { rota.team: invalid }, expect: { absent: { access: [team] } }`,
    "claim `team` when `rota.team` is invalid",
  ],
  [
    `event: ${EVENT}, faults: { staff.role: absent }, expect: { refused: CLAIM_REQUIRED }`,
    "claim `role` when `staff.role` is absent",
  ],
  [
    `event: ${EVENT}, faults: { staff.role: invalid }, expect: { refused: CLAIM_REQUIRED }`,
    "claim `role` when `staff.role` is invalid",
  ],
  [
    `event: ${EVENT}, faults: { staff.name: absent }, expect: { absent: { access: [staff_ref] } }`,
    "claim `staff_ref` when `staff.name` is absent",
  ],
  [
    `event: ${EVENT}, faults: { staff.name: invalid }, expect: { absent: { access: [staff_ref] } }`,
    "claim `staff_name` when `staff.name` is invalid",
  ],
  [
    `event: ${EVENT}, faults: { pseudonyms: unavailable }, expect: { absent: { access: [staff_ref] } }`,
    "claim `staff_ref` when `pseudonym()` could not be read",
  ],
];

async function covered(cases: readonly string[], map: string = MAP): Promise<Coverage> {
  const listed = cases.map((rest, index) => `  - { name: case ${index}, ${rest} }\n`).join("");
  const { findings, results } = await ranTest(`${HEAD}cases:\n${listed}`, { map });
  expect(toldFindings(findings)).toEqual([]);
  const failed = results.flatMap(({ name, differences }) =>
    differences.map(({ at, actual }) => `${name} ${at} ${actual}`),
  );
  expect(failed).toEqual([]);
  const marks = new Set<string>();
  for (const { run } of results) for (const mark of await marksOf(run)) marks.add(mark);
  const { read } = readClaimMap(map);
  if (read === null) throw new Error("a map that cannot be read");
  return coverageOf(planOf(map), read, marks);
}

const ALL = CASES.map(([rest]) => rest);

test("cases that show all of a map leave nothing to say", async () => {
  const { findings, total, counts } = await covered(ALL);
  expect(toldFindings(findings)).toEqual([]);
  expect(percentOf(total)).toBe(100);
  expect(counts).toMatchObject({ profiles: { of: 1 }, claims: { of: 6 }, branches: { covered: 10, of: 10 } });
});

test.for(CASES.map((each, index) => [index, each] as const).filter(([, [, missed]]) => missed !== ""))(
  "without case %i something is missed",
  async ([index, [, missed]]) => {
    const { findings, total } = await covered(ALL.filter((_, other) => other !== index));
    expect(findings.map(({ message }) => message).join("\n")).toContain(missed);
    expect(percentOf(total)).toBeLessThan(100);
  },
);

test("a finding has the place in the map, and says what a case would have to do", async () => {
  const { findings } = await covered([ALL[1] ?? ""]);
  const told = toldFindings(findings);
  expect(told).toContain("54:11 CS904 `staff.suspended` is never true in a test Write a case in which it is true.");
  expect(told).toContain(
    "57:7 CS905 no test sees what becomes of claim `role` when `staff.role` is absent Write a case with `faults: { staff.role: absent }`.",
  );
});

test("of a profile that no test reaches one thing is said", async () => {
  const { findings, counts } = await covered([ALL[2] ?? ""]);
  expect(toldFindings(findings)).toEqual([
    "36:1 CS903 no test gets a tenant Write a case that asks for one of those allowed.",
    "36:1 CS903 no test is refused a tenant Write a case that asks for another one, with `refused: TENANT_REFUSED`.",
    "48:3 CS901 no test gets a token under profile `person` Write a case with an event that it matches.",
  ]);
  expect(counts.outcomes.covered).toBe(0);
});

test("what stands in a claim set is found there, for the profile that uses it", async () => {
  const map = MAP.replace(
    "profiles:\n",
    `claimSets:
  shared:
    claims: { plan: { value: '"vip" in staff.shops ? "pro" : "basic"', to: [access], effect: informs } }
    scopes: [{ remove: [shop/write], when: staff.suspended }]
    refuse: [{ when: '"closed" in staff.shops', code: CLOSED }]
profiles:
`,
  ).replace("    refuse:\n", "    use: [shared]\n    refuse:\n");
  const { findings } = await covered([ALL[0] ?? ""], map);
  const inSet = findings
    .filter(({ path }) => path[0] === "claimSets")
    .map(({ code, path, message }) => [code, path.join("."), message]);
  expect(inSet).toEqual([
    ["CS905", "claimSets.shared.claims.plan", "no test sees what becomes of claim `plan` when `staff.shops` is absent"],
    [
      "CS905",
      "claimSets.shared.claims.plan",
      "no test sees what becomes of claim `plan` when `staff.shops` is invalid",
    ],
    ["CS904", "claimSets.shared.claims.plan.value", '`"vip" in staff.shops` is never true in a test'],
    ["CS903", "claimSets.shared.scopes.0.when", "the condition of the rule for `shop/write` is never true in a test"],
    ["CS903", "claimSets.shared.refuse.0.when", "no test is refused with `MAP_CLOSED`"],
  ]);
});
