import { expect, test } from "vitest";
import { EVENT, HEAD, ranTest, toldFindings } from "./a-map-test.ts";

const CASE = `cases:\n  - { name: it, event: ${EVENT}, expect: { access: { role: manager } } }\n`;
const expecting = (rest: string): string => `${HEAD}cases:\n  - { name: it, event: ${EVENT}, expect: { ${rest} } }\n`;
const withEvent = (event: string): string =>
  `${HEAD}cases:\n  - { name: it, event: ${event}, expect: { access: {} } }\n`;

const MISSPELT: readonly (readonly [what: string, text: string, told: string])[] = [
  ["a table", HEAD.replace("  staff:\n", "  stafff:\n") + CASE, "CS103 `stafff` is no table of the map Write `staff`."],
  [
    "a table of a case",
    HEAD + CASE.replace("expect", "tables: { membership: [] }, expect"),
    "CS103 `membership` is no table of the map Write `memberships`.",
  ],
  [
    "a hook",
    HEAD.replace("hooks: { rota", "hooks: { rotas") + CASE,
    "CS103 `rotas` is no hook of the map Write `rota`.",
  ],
  [
    "a variable",
    HEAD.replace("STAFF: staff", "STAF: staff") + CASE,
    "CS103 `STAF` is no variable of the map Write `STAFF`.",
  ],
  [
    "a claim of the access token",
    expecting("access: { rol: x }"),
    "CS103 `rol` is no claim of this token Write `role`.",
  ],
  ["a claim of the ID token", expecting("id: { emial: x }"), "CS103 `emial` is no claim of this token Write `email`."],
  [
    "a claim that is not to be there",
    expecting("absent: { access: [stafname] }"),
    "CS106 `stafname` is no claim of this token Write `staff_name`.",
  ],
  [
    "a resource server",
    expecting("opened: { shop-apy: {} }"),
    "CS103 `shop-apy` is no resource server of the map Write `shop-api`.",
  ],
  [
    "a sealed claim",
    expecting("opened: { shop-api: { stff_name: x } }"),
    "CS103 `stff_name` is no claim sealed for `shop-api` Write `staff_name`.",
  ],
  [
    "a scope that is added",
    expecting("scopes: { added: [shop/raed] }"),
    "CS106 `shop/raed` is no scope of the map Write `shop/read`.",
  ],
  [
    "a scope that is removed",
    expecting("scopes: { removed: [openidd] }"),
    "CS106 `openidd` is no scope of the map Write `openid`.",
  ],
  [
    "a scope that is sent",
    withEvent(EVENT.replace("openid,", "shop/raed,")),
    "CS106 `shop/raed` is no scope of the map Write `shop/read`.",
  ],
  ["a profile", expecting("profile: persona"), "CS106 `persona` is no profile of the map Write `person`."],
  [
    "a code",
    expecting("refused: TENANT_REFUSE"),
    "CS106 `TENANT_REFUSE` is no code of a refusal Write `TENANT_REFUSED`.",
  ],
  [
    "a source that fails",
    HEAD + CASE.replace("expect", "faults: { staf: missing }, expect"),
    "CS103 `staf` is no part of the map that can fail Write `staff`.",
  ],
  [
    "an attribute that is absent",
    HEAD + CASE.replace("expect", "faults: { staff.rol: absent }, expect"),
    "CS103 `staff.rol` is no part of the map that can fail Write `staff.role`.",
  ],
  [
    "a fault of another part",
    HEAD + CASE.replace("expect", "faults: { staff.role: stall }, expect"),
    "CS106 `staff.role` cannot be `stall` Write `absent` or `invalid`.",
  ],
  [
    "a fault of a key",
    HEAD + CASE.replace("expect", "faults: { seal.shop-api: missing }, expect"),
    "CS106 `seal.shop-api` cannot be `missing` Write `unavailable` or `late`.",
  ],
];

test.for(MISSPELT)("%s that the map does not have is an error with the name that was meant", async ([, text, told]) => {
  const { findings, results } = await ranTest(text);
  expect(toldFindings(findings).join("\n")).toContain(told);
  expect(results).toEqual([]);
});

test.for([
  ["no client", "{ sub: u1, scopes: [openid] }", "CS104 the event has no `client` Add `client`."],
  ["no sub", "{ client: web1, scopes: [openid] }", "CS104 the event has no `sub` Add `sub`."],
  [
    "no scopes",
    "{ client: web1, sub: u1 }",
    "CS104 the event has no `scopes` Add `scopes`: those Cognito is about to grant, such as `[openid]`.",
  ],
  [
    "a machine with a name",
    "{ grant: client_credentials, client: web1, scopes: [], userName: x }",
    "CS111 a machine is no person Delete `userName`.",
  ],
  [
    "a grant that its trigger is not",
    "{ grant: user, client: web1, sub: x, scopes: [], trigger: TokenGeneration_ClientCredentials }",
    "CS111 `grant` and `trigger` contradict each other",
  ],
] as const)("an event with %s is an error", async ([, event, told]) => {
  expect(toldFindings((await ranTest(withEvent(event))).findings).join("\n")).toContain(told);
});

test("a variable that the map needs is asked for by name", async () => {
  const { findings } = await ranTest(HEAD.replace("STAFF: staff, ", "") + CASE);
  expect(toldFindings(findings)).toEqual([
    "5:1 CS104 `env` has no `STAFF`, and the map needs it Add `STAFF: VALUE` to `env`.",
  ]);
});

test("a file of tables has to hold rows by table", async () => {
  const text = HEAD.replace(/tables:[\s\S]*hooks/, "tables: ./t.json\nhooks") + CASE;
  for (const content of [undefined, [], { staff: 1 }, { staff: [1] }]) {
    const { findings } = await ranTest(text, { files: { "./t.json": content } });
    expect(toldFindings(findings).join()).toContain("6:1 CS105 the file holds no rows by table");
  }
  const { findings } = await ranTest(text, { files: { "./t.json": { staf: [] } } });
  expect(toldFindings(findings).join()).toContain("CS103 `staf` is no table of the map Write `staff`.");
});

test("an event of a V1 pool names no scopes, and gets its ID token without", async () => {
  const map = `
version: 1
name: old
revision: "1"
pool: { events: V1, usernames: opaque }
sources:
  staff:
    dynamodb: { table: staff, region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes: { role: { type: string, class: open, maxLength: 12 } }
profiles:
  person:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    claims: { role: { value: staff.role, to: [id] } }
`;
  const head = "version: 1\nmap: m\nclock: 2026-11-22T10:00:00Z\ntables: { staff: [{ pk: STAFF#u1, role: clerk }] }\n";
  const run = (scopes: string) =>
    ranTest(
      `${head}cases: [{ name: it, event: { client: web1, sub: u1${scopes} }, expect: { id: { role: clerk } } }]\n`,
      { map },
    );
  expect(toldFindings((await run(", scopes: [openid]")).findings)).toEqual([
    "5:53 CS111 a V1 event names no scopes Delete `scopes`.",
  ]);
  const { findings, results } = await run("");
  expect([findings, results.map(({ differences }) => differences)]).toEqual([[], [[]]]);
});

test.for<readonly [what: string, tables: string, told: readonly string[]]>([
  [
    "another beginning",
    "{ staff: [{ pk: PERSON#u1, role: clerk }] }",
    [
      "6:11 CS111 no row of `staff` has a key that a source of the map asks for Write rows with `pk: STAFF#{user.sub}`.",
    ],
  ],
  [
    "no sort key",
    "{ memberships: [{ pk: M#u1 }, { sk: ORG#1 }] }",
    [
      "6:11 CS111 no row of `memberships` has a key that a source of the map asks for Write rows with `pk: M#{user.sub}, sk: ORG#...`.",
    ],
  ],
  ["a key that is no text", "{ staff: [{ pk: 7 }] }", [expect.stringContaining("no row of `staff`") as string]],
  ["the right key in one of them", "{ staff: [{ pk: PERSON#u1 }, { pk: STAFF#u2 }] }", []],
  ["no rows at all", "{ staff: [], memberships: [] }", []],
])("a table whose rows have %s can be read, or the test says that it cannot", async ([, tables, told]) => {
  const text =
    HEAD.replace(/tables:[\s\S]*(?=hooks)/, `tables: ${tables}\n`) + expecting("access: {}").slice(HEAD.length);
  expect(toldFindings((await ranTest(text)).findings)).toEqual(told);
});
