import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { runs } from "../../runs.ts";
import { COMPLETE, edited, MINIMAL, shown, wellFormed } from "../map-files.ts";

test("a map with every key of the language reads without a finding, each value where it was written", () => {
  const { map } = wellFormed(COMPLETE);
  expect(map.inputs["user.custom:department"]).toEqual({ type: "string", class: "open", maxLength: 40, trust: "idp" });
  expect(map.sources["staff"]?.dynamodb).toEqual({
    table: "${env:STAFF_TABLE}",
    region: "eu-central-1",
    key: { pk: "STAFF#{user.sub}", sk: "PROFILE" },
    consistent: true,
  });
  expect(map.sources["staff"]?.attributes["quotas"]?.default).toEqual({ beds: 0 });
  expect(map.unmatched).toEqual({
    kind: "untouched",
    reason: "clients of an older product",
    approvedBy: "platform@example.com",
  });
  expect(map.profiles["clinician"]?.claims["licence_no"]).toEqual({
    value: 'has(staff.licenceNo) ? staff.licenceNo : ""',
    to: ["id"],
    sealFor: ["care-api"],
    effect: "informs",
    required: false,
  });
  expect(map.limits).toEqual({
    accessToken: 5000,
    idToken: 3000,
    onOversize: "drop",
    sentScopes: 256,
    username: 36,
  });
});

test("what a map leaves out has its default", () => {
  const { map } = wellFormed(MINIMAL);
  expect(map).toEqual({
    version: 1,
    name: "minimal",
    revision: "1",
    pool: { events: "V3", usernames: "opaque" },
    inputs: {},
    sources: {},
    define: {},
    claimSets: {},
    resourceServers: {},
    unmatched: { kind: "deny" },
    profiles: {
      people: {
        match: { grants: ["user"], clients: ["*"] },
        idToken: { keep: [] },
        groups: "strip",
        selfServiceScopes: "strip",
        refuse: [],
        use: [],
        claims: {},
        scopes: [],
      },
    },
    limits: { accessToken: 7000, idToken: 7000, onOversize: "deny", sentScopes: 512, username: 36 },
  });
});

test("a username counts 128 bytes where people choose it", () => {
  const { map } = wellFormed(edited(MINIMAL, ["usernames: opaque", "usernames: any"]));
  expect(map.limits.username).toBe(128);
});

test("nothing in a map has a prototype, so no name in it means more than it says", () => {
  const { map } = wellFormed(edited(COMPLETE, ["  partners:\n", "  toString:\n"]));
  expect(Object.getPrototypeOf(map.sources)).toBeNull();
  expect(Object.getPrototypeOf(map.sources["staff"]?.attributes)).toBeNull();
  expect(Object.keys(map.sources)).toEqual(["staff", "toString"]);
  expect(Object.getPrototypeOf(wellFormed(MINIMAL).map.inputs)).toBeNull();
  expect(map.sources["valueOf"]).toBeUndefined();
});

test("JSON and YAML of one map read as the same map", () => {
  const json = JSON.stringify(parse(COMPLETE), null, "\t");
  const { read, findings } = readClaimMap(json, "json");
  expect(findings).toEqual([]);
  expect(read?.map).toEqual(wellFormed(COMPLETE).map);
});

test("findings in JSON have the places and the quotes of JSON", () => {
  const json = JSON.stringify(parse(COMPLETE), null, 2);
  const text = edited(
    json,
    ['"revision": "2026-11-22.1"', '"revision": 2026.1'],
    ['"value": "partners.tier"', '"value": "gold"'],
    ['"onOversize": "drop"', '"onOversize": "cut"'],
  );
  const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;
  const { findings } = readClaimMap(text, "json");
  expect(findings.map(({ line, column }) => [line, column])).toEqual([
    [4, 15],
    [lineOf('"gold"'), 20],
    [lineOf('"cut"'), 19],
  ]);
  expect(findings.map(({ code, message, fix }) => [code, message, fix])).toEqual([
    ["CS105", "`revision` is a number here, not text", 'Quote it: `"revision": "2026.1"`.'],
    [
      "CS108",
      "`value` of claim `tier` reads `gold` as a name: the quotes are not part of it",
      `Write \`"value": "'gold'"\`.`,
    ],
    ["CS106", "`limits.onOversize` cannot be `cut`", "Write `deny` or `drop`."],
  ]);
});

test("every problem of a file is reported at once, in the order of the file", () => {
  const text = edited(
    COMPLETE,
    ["name: complete", "nmae: complete"],
    ['revision: "2026-11-22.1"', "revision: 2026.1"],
    ["class: pii, maxLength: 120", "clas: pii, maxLength: 120"],
    ["region: eu-central-1, key:", "region: europe, key:"],
    ["onError: deny\n    attributes:\n      tier", "onError: never\n    attributes:\n      tier"],
    ["readers: []\n\nunmatched", "readers: [\n\nunmatched"],
    ["when: '!staff.suspended'", "when: !staff.suspended"],
    ["effect: informs }\n\nlimits", "efect: informs }\n\nlimits"],
    ["limits: {", "tenants: &x { requested: y }\nlimits: {"],
  );
  const { read, findings } = readClaimMap(text);
  expect(findings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    "3:1 CS103",
    "4:11 CS105",
    "11:43 CS103",
    "18:54 CS106",
    "34:14 CS106",
    "47:14 CS101",
    "59:80 CS108",
    "74:51 CS103",
    "76:1 CS103",
    "76:10 CS102",
  ]);
  expect(read?.map.profiles["clinician"]?.claims["wards"]?.when).toBe("!staff.suspended");
});

test.for([
  ["an empty file", "", "1:1 CS101 the file holds no claim map\nBegin with `version: 1`."],
  ["comments alone", "# nothing yet\n", "1:1 CS101 the file holds no claim map\nBegin with `version: 1`."],
  ["a list", "- version: 1\n", "1:1 CS101 a claim map is a map of keys, not a list\nBegin with `version: 1`."],
  ["a word", "claims\n", "1:1 CS101 a claim map is a map of keys, not text\nBegin with `version: 1`."],
] as const)("where there is no map at all, there is nothing to go on with: %s", ([, text, expected]) => {
  const { read, findings } = readClaimMap(text);
  expect(read).toBeNull();
  expect(shown(findings)).toEqual([expected]);
});

test("a map of which nothing is right can still be asked about", () => {
  const { read, findings } = readClaimMap("x: 1\n");
  expect(findings.map(({ code, path }) => [code, ...path])).toEqual([
    ["CS103", "x"],
    ["CS104", "version"],
    ["CS104", "name"],
    ["CS104", "revision"],
    ["CS104", "pool"],
    ["CS104", "profiles"],
  ]);
  expect(read?.map).toMatchObject({ pool: { events: "V3", usernames: "opaque" }, profiles: {} });
  expect(read?.broken(["pool", "events"])).toBe(true);
  expect(read?.broken(["inputs"])).toBe(false);
});

test("a place is that of a key or item, or of the nearest parent there is", () => {
  const { at } = wellFormed(COMPLETE);
  const lines = COMPLETE.split("\n");
  const shows = (path: readonly string[], text: string): void => {
    const { line, column } = at(path);
    expect(lines[line - 1]?.slice(column - 1, column - 1 + text.length)).toBe(text);
  };
  shows(["inputs", "user.custom:department", "trust"], "trust: idp");
  shows(["sources", "staff", "dynamodb", "key", "sk"], "sk: PROFILE");
  shows(["resourceServers", "care-api", "readers", "1"], '"${env:CARE_ROLE_ARN}"');
  shows(["profiles", "clinician", "scopes", "1", "when"], "when: 'staff.profession");
  shows(["profiles", "clinician", "claims", "wards", "otherwise", "deeper"], "wards:");
  expect(at([])).toEqual({ line: 1, column: 1 });
  expect(at(["tenant"])).toEqual({ line: 1, column: 1 });
});

test("a place inside an expression is found through quotes and folded lines", () => {
  const { map, within } = wellFormed(COMPLETE);
  const lines = COMPLETE.split("\n");
  const shows = (path: readonly string[], expression: string | undefined, text: string): void => {
    const { line, column } = within(path, expression?.indexOf(text) ?? -1);
    expect(lines[line - 1]?.slice(column - 1, column - 1 + text.length)).toBe(text);
  };
  const { claims = {}, scopes = [] } = map.profiles["clinician"] ?? {};
  const at = ["profiles", "clinician"];
  shows([...at, "claims", "licence_no", "value"], claims["licence_no"]?.value, "? staff");
  shows([...at, "claims", "wards", "when"], claims["wards"]?.when, "suspended");
  shows([...at, "scopes", "1", "when"], scopes[1]?.when, '"clerk"');
});

test("a place inside an expression that lacked quotes is that of the file", () => {
  const text = edited(COMPLETE, ["when: '!staff.suspended'", "when: !staff.suspended"]);
  const { read } = readClaimMap(text);
  const line = text.split("\n")[58] ?? "";
  expect(read?.within(["profiles", "clinician", "claims", "wards", "when"], 7)).toEqual({
    line: 59,
    column: line.indexOf("suspended") + 1,
  });
});

test("what is left out is known as broken, with everything that would stand in it, and nothing else is", () => {
  const { read } = readClaimMap(
    edited(
      COMPLETE,
      ["class: pii, maxLength: 120", "class: private, maxLength: 120"],
      ["    trust: operator\n    onMissing: empty", "    onMissing: empty"],
      ["value: staff.wards,", "value: [[],"],
    ),
  );
  expect(Object.keys(read?.map.inputs ?? {})).not.toContain("user.email");
  expect(read?.broken(["inputs", "user.email"])).toBe(true);
  expect(read?.broken(["inputs", "user.email", "maxLength"])).toBe(true);
  expect(read?.broken(["inputs", "user.groups"])).toBe(false);
  expect(Object.keys(read?.map.sources ?? {})).toEqual(["staff"]);
  expect(read?.broken(["sources", "partners", "attributes", "tier"])).toBe(true);
  expect(read?.broken(["profiles", "clinician", "claims", "wards"])).toBe(true);
  expect(read?.broken(["profiles", "clinician", "claims", "profession"])).toBe(false);
});

test("a list that lost an item still knows where the others stand", () => {
  const text = edited(COMPLETE, [
    "- { add: [https://care.example.com/chart.read] }",
    "- 5\n      - { add: [https://care.example.com/chart.read] }",
  ]);
  const { read } = readClaimMap(text);
  expect(read?.map.profiles["clinician"]?.scopes).toHaveLength(2);
  expect(read?.at(["profiles", "clinician", "scopes", "0"])).toEqual({ line: 70, column: 9 });
  expect(read?.at(["profiles", "clinician", "scopes", "1", "remove", "0"])).toEqual({ line: 71, column: 20 });
  expect(read?.broken(["profiles", "clinician", "scopes", "0"])).toBe(false);
});

test("where the grants of a profile cannot be read, nothing is said that depends on them", () => {
  const text = edited(COMPLETE, ["grants: [client_credentials]", "grants: [client-credentials]"]);
  expect(shown(readClaimMap(text).findings)).toEqual([
    "72:23 CS106 an item of `match.grants` of profile `machine` cannot be `client-credentials`\nWrite `client_credentials`.",
  ]);
});

/** One part of a map changed for anything: what people and tools do to files. */
const anything = fc.oneof(
  fc.constantFrom(null, "", 0, true, [], {}, "${env:X}", "x", ["x"], { x: 1 }, -0, "{user.sub", "!x", "'", "a: b"),
  fc.jsonValue({ maxDepth: 2 }),
);

function mutated(value: unknown, at: number, put: unknown): unknown {
  let left = at;
  const visit = (part: unknown): unknown => {
    if (left-- === 0) return put;
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [left-- === 0 ? asKey(put) : key, visit(inner)]),
    );
  };
  return visit(value);
}

/** What stands for a key; not everything has a text. */
function asKey(put: unknown): string {
  try {
    return String(put);
  } catch {
    return "{}";
  }
}

test("whatever stands in place of a part, a map is read to its end, without a throw and with places inside it", () => {
  const whole: unknown = parse(COMPLETE);
  fc.assert(
    fc.property(fc.nat({ max: 400 }), anything, (at, put) => {
      const text = stringify(mutated(whole, at, put), { aliasDuplicateObjects: false });
      const { read, findings } = readClaimMap(text);
      const lines = text.split("\n");
      for (const { line, column, fix } of findings) {
        expect(lines[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1);
        expect(fix).toMatch(/\.$/);
      }
      expect(read === null && findings.length === 0).toBe(false);
    }),
    { numRuns: runs(250) },
  );
});

test("whatever is cut out of a map's text or put into it, it is read to its end and most of it is still there", () => {
  const pieces = fc.constantFrom(
    ..."{ } [ ] , : ' \" ! & * - # | > ? @ ` \\ ~ \t".split(" "),
    "\n",
    "\n  ",
    ": ",
    " #",
    "",
  );
  fc.assert(
    fc.property(fc.nat({ max: COMPLETE.length }), fc.nat({ max: 12 }), pieces, (at, cut, put) => {
      const { read } = readClaimMap(COMPLETE.slice(0, at) + put + COMPLETE.slice(at + cut));
      const sections = [read?.map.sources, read?.map.profiles, read?.map.inputs, read?.map.resourceServers];
      expect(sections.filter((section) => Object.keys(section ?? {}).length > 0).length).toBeGreaterThanOrEqual(2);
    }),
    { numRuns: runs(150) },
  );
});
