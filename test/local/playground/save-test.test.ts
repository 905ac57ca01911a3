import { describe, expect, test } from "vitest";
import type { Run, SavedTest, TestsAnswer } from "../../../local/playground/messages.ts";
import { ran } from "../../cli/recorded-io.ts";
import { engine } from "./a-played-example.ts";
import { asked, changed, EXAMPLES } from "./examples-to-play.ts";

const PHYSICIAN = "a physician in the clinic she chose";
const saved = async (run: Run, name = "saved"): Promise<SavedTest> =>
  (await engine({ what: "test", body: { ...run, name } })) as SavedTest;

/** What `claimseal test` says of saved files beside their map. */
async function tested({ map }: Run, { files }: SavedTest) {
  const at = (name: string): string => `maps/${name}`;
  const texts = Object.fromEntries(files.map(({ name, text }) => [at(name), text]));
  const [test] = files;
  const mapName = /^map: \.\/(.*)$/m.exec(test?.text ?? "")?.[1] ?? "";
  return ran(["test", at(test?.name ?? "")], { ...texts, [at(mapName)]: map });
}

describe("save as test", () => {
  test("one situation of every example, saved, passes", async () => {
    for (const [name, { situations }] of EXAMPLES) {
      const test = await saved(asked(name, situations[0]?.name ?? ""), situations[0]?.name);
      expect([name, test.passes, test.notes, test.files.length]).toEqual([name, true, [], 1]);
    }
  });

  test("what is saved is what `claimseal test` reads", async () => {
    const run = asked("platform-m2m", EXAMPLES.get("platform-m2m")?.situations[0]?.name ?? "");
    expect(await tested(run, await saved(run))).toMatchObject({ exit: 0, err: "" });
  });

  test("it states what everybody reads, and what is nowhere in the access token", async () => {
    const { files } = await saved(asked("clinic-eu", PHYSICIAN), "Dr. Anna's shift: \u200bday");
    const text = files[0]?.text ?? "";
    expect(files[0]?.name).toBe("clinic-eu.claims.test.yaml");
    expect(text).toContain('  - name: "Dr. Anna\'s shift: \\u200bday"\n');
    expect(text).toContain('event: { client: "web1", sub: "u1", scopes: ["openid", "profile", "email"], ');
    expect(text).toContain('access: { clinic_id: "c7", profession: "physician", staff_ref: "');
    expect(text).toContain(
      'opened: { care-api: { legal_name: "Anna Testmann", licence_no: "DE-48213377", blood_type: "0+" } }',
    );
    expect(text).toContain('nowhere: { access: ["DE-48213377", "Anna Testmann", "a@x.example"], id: [] }');
  });

  test("a refusal is its code, and a fault is one of the test", async () => {
    const run = asked("clinic-eu", PHYSICIAN, { faults: { staff: "unavailable" } });
    const test = await saved(run);
    expect(test).toMatchObject({ passes: true, notes: [] });
    expect(test.files[0]?.text).toContain(
      '    faults: { staff: "unavailable" }\n    expect:\n      refused: "SOURCE_UNAVAILABLE"',
    );
  });

  test("faults of another map are none of the test", async () => {
    const test = await saved(asked("clinic-eu", PHYSICIAN, { faults: { nobody: "missing", "seal.nobody": "denied" } }));
    expect(test).toMatchObject({ passes: true, notes: [] });
    expect(test.files[0]?.text).not.toContain("faults:");
  });

  test("what a map test cannot say is said beside it", async () => {
    const { passes, notes, files } = await saved(
      asked("clinic-eu", PHYSICIAN, { faults: { "seal.care-api": "denied", "open.care-api": "throttled" } }),
    );
    expect(files[0]?.text).toContain('faults: { seal.care-api: "unavailable" }');
    expect({ passes, notes }).toEqual({
      passes: true,
      notes: [
        "To the function, whyever KMS gives no key is one: the test says `unavailable` (care-api).",
        "What KMS says when a service opens a token is no part of a map test (care-api).",
      ],
    });
  });

  test("an event that has no short form lies in a file of its own", async () => {
    const run = asked("clinic-eu", PHYSICIAN);
    const event = changed(
      run.event,
      '"iamRolesToOverride": []',
      '"iamRolesToOverride": ["arn:aws:iam::111122223333:role/x"]',
    );
    const test = await saved({ ...run, event });
    expect(test.files.map(({ name }) => name)).toEqual(["clinic-eu.claims.test.yaml", "clinic-eu.event.json"]);
    expect(test.passes).toBe(true);
    expect(await tested(run, test)).toMatchObject({ exit: 0 });
  });

  test("rows, variables and answers that the map does not know are left out", async () => {
    const run = asked("clinic-eu", PHYSICIAN);
    const rows = JSON.stringify({ ...JSON.parse(run.rows), unknown: [{ pk: "x" }], partners: [{ pk: "NOBODY" }] });
    const setting = JSON.stringify({ ...JSON.parse(run.setting), hooks: { nobody: null } });
    const test = await saved({ ...run, rows, setting });
    expect(test.files[0]?.text).not.toMatch(/unknown|NOBODY|nobody/);
    expect(await tested(run, test)).toMatchObject({ exit: 0 });
  });

  test("of a map that the check refuses, the test is written and does not pass", async () => {
    const run = asked("clinic-eu", PHYSICIAN);
    const map = changed(
      run.map,
      "licence_no: { value: staff.licenceNo, sealFor: [care-api]",
      "licence_no: { value: staff.licenceNo, to: [access]",
    );
    const { passes, notes, files } = await saved({ ...run, map });
    expect({ passes, notes, files: files.length }).toEqual({
      passes: false,
      notes: ["The check refuses this map: `claimseal test` runs nothing before its errors are mended."],
      files: 1,
    });
  });

  test("where nothing runs, nothing is saved", async () => {
    expect(await saved(asked("clinic-eu", PHYSICIAN, { event: "" }))).toMatchObject({
      files: [],
      passes: false,
      diagnostics: [expect.objectContaining({ text: "event", severity: "error" })],
    });
  });
});

describe("the tests beside a map", () => {
  const testsOf = async (example: string, map: string): Promise<TestsAnswer> =>
    (await engine({ what: "run-tests", body: { example, map } })) as TestsAnswer;
  const map = EXAMPLES.get("depot-tenant")?.map ?? "";

  test("pass for the map as it is, and fail by name where it changes", async () => {
    const { cases } = await testsOf("depot-tenant", map);
    expect(cases.length).toBeGreaterThan(10);
    expect(cases.filter(({ passes }) => !passes)).toEqual([]);
    const other = await testsOf(
      "depot-tenant",
      changed(map, "- { add: [tours/read] }", "- { add: [tours/read, tours/assign] }"),
    );
    expect(other.cases.find(({ name }) => name === "who helps out elsewhere assigns nothing")).toMatchObject({
      passes: false,
      differences: ["scopes.added: expected tours/read, got tours/assign, tours/read"],
    });
  });

  test("are not run for a map with errors, or of a map without tests", async () => {
    expect(await testsOf("depot-tenant", "name: x")).toMatchObject({
      cases: [],
      diagnostics: expect.arrayContaining([]),
    });
    expect(await testsOf("__proto__", map)).toEqual({
      cases: [],
      diagnostics: [expect.objectContaining({ message: "this map has no tests beside it" })],
    });
  });
});
