import fc from "fast-check";
import { expect, test } from "vitest";
import { EVENT, HEAD, ranCase, ranTest } from "./a-map-test.ts";

const PASSES: readonly (readonly [what: string, rest: string])[] = [
  [
    "claims, scopes, envelopes and what is nowhere",
    `event: ${EVENT}, expect: {
      profile: person,
      access: { shop_id: s1, role: manager, head: true, team: night, staff_ref: { matches: "^[A-Za-z0-9_-]{22}$" } },
      id: { shop_id: s1, email: anna@shop.example },
      absent: { access: [email, staff_name], id: [role] },
      opened: { shop-api: { staff_name: Anna Testmann } },
      scopes: { added: [shop/read, shop/write], removed: [openid, email] },
      size: { access: { below: 4000 }, id: { below: 2000 } },
      nowhere: [Anna Testmann] }`,
  ],
  [
    "a tenant that is not allowed",
    `event: { ${EVENT.slice(2, -2)}, pool: eu-west-1_X }, expect: { id: { shop_id: s1 } }`,
  ],
  ["a pseudonym, the same in every run", `event: ${EVENT}, expect: { access: { staff_ref: SFX6Wh4PrmMdob4up-nvYw } }`],
  ["a refusal of the map's own", `event: ${EVENT}, clock: 2027-01-02T00:00:00Z, expect: { refused: MAP_SUSPENDED }`],
  ["another client", `event: { client: web2, sub: u1, scopes: [openid] }, expect: { refused: PROFILE_NONE }`],
  [
    "a username that is no UUID",
    `event: { ${EVENT.slice(2, -2)}, userName: anna }, expect: { refused: USERNAME_PERSONAL }`,
  ],
  ["a table of its own", `event: ${EVENT}, tables: { staff: [] }, expect: { refused: SOURCE_MISSING }`],
  ["a hook of its own", `event: ${EVENT}, hooks: { rota: null }, expect: { access: { team: none } }`],
  [
    "a person without rows of a query",
    `event: { client: web1, sub: u2, scopes: [openid], metadata: { shop: s1 } }, expect: { access: { head: false } }`,
  ],
  ["what an e-mail address is not in", `event: ${EVENT}, expect: { nowhere: { access: [anna@shop.example] } }`],
];

test.for(PASSES)("a case passes with %s", async ([, rest]) => {
  expect(await ranCase(rest)).toEqual([]);
});

const FAULTS: readonly (readonly [fault: string, expected: string])[] = [
  ["staff: unavailable", "{ refused: SOURCE_UNAVAILABLE }"],
  ["staff: missing", "{ refused: SOURCE_MISSING }"],
  ["staff: stall", "{ refused: SOURCE_UNAVAILABLE }"],
  ["staff: late", "{ access: { role: manager } }"],
  ["staff.role: absent", "{ refused: CLAIM_REQUIRED }"],
  ["staff.role: invalid", "{ refused: CLAIM_REQUIRED }"],
  ["staff.suspended: absent", "{ access: { role: manager } }"],
  ["staff.suspended: invalid", "{ refused: MAP_SUSPENDED }"],
  ["staff.shops: absent", "{ refused: TENANT_REFUSED }"],
  ["staff.name: absent", "{ absent: { access: [staff_ref] }, opened: { shop-api: { staff_name: null } } }"],
  ["memberships: missing", "{ access: { head: false } }"],
  ["memberships: unavailable", "{ absent: { access: [head] } }"],
  ["memberships.level: absent", "{ absent: { access: [head] } }"],
  ["rota: missing", "{ access: { team: none } }"],
  ["rota: unavailable", "{ absent: { access: [team] } }"],
  ["rota: stall", "{ absent: { access: [team] } }"],
  ["pseudonyms: unavailable", "{ absent: { access: [staff_ref] } }"],
  ["pseudonyms: late", "{ access: { role: manager } }"],
  ["seal.shop-api: unavailable", "{ opened: {} }"],
  ["seal.shop-api: late", "{ opened: { shop-api: { staff_name: Anna Testmann } } }"],
];

test.for(FAULTS)("the fault %s ends as it would at a sign-in", async ([fault, expected]) => {
  expect(await ranCase(`event: ${EVENT}, faults: { ${fault} }, expect: ${expected}`)).toEqual([]);
});

test("what differs is said by the name of the claim, with the values that are expected somewhere", async () => {
  const rest = `event: ${EVENT}, expect: {
    profile: person, access: { role: clerk, head: false, team: [night] }, id: { role: manager }, absent: { id: [shop_id] },
    opened: { shop-api: { staff_name: Anna } }, scopes: { added: [shop/read] }, size: { id: { below: 9 } },
    nowhere: [anna@shop.example] }`;
  expect(await ranCase(rest)).toEqual([
    'access.role: "clerk" | "manager"',
    "access.head: false | true",
    'access.team: ["night"] | "night"',
    'id.role: "manager" | no such claim',
    "id.shop_id: no such claim | <text of 2>",
    'opened.shop-api.staff_name: "Anna" | <text of 13>',
    "scopes.added: shop/read | shop/read, shop/write",
    "scopes.removed: none | email, openid",
    expect.stringMatching(/^size\.id: below 9 bytes \| \d+ bytes$/),
    'nowhere.id: "anna@shop.example" in no encoding | in claim `email`, raw',
  ]);
});

test.for([
  ["{ refused: TENANT_REFUSED }", "", ["refused: TENANT_REFUSED | issued"]],
  [
    "{ access: { role: manager } }",
    "faults: { staff: missing }, ",
    ['token: issued | SOURCE_MISSING (source "staff": no row for this subject)'],
  ],
  [
    "{ refused: DEADLINE }",
    "faults: { staff.role: absent }, ",
    ['refused: DEADLINE | CLAIM_REQUIRED (claim "role" is required and unknown)'],
  ],
  ["{ opened: {} }", "", ["opened.shop-api: no envelope | an envelope with `staff_name`"]],
  ["{ opened: { shop-api: {} } }", "", ["opened.shop-api.staff_name: no such claim | <text of 13>"]],
  [
    "{ opened: { shop-api: { staff_name: Anna } } }",
    "faults: { seal.shop-api: unavailable }, ",
    ["opened.shop-api: an envelope | no envelope"],
  ],
] as const)("%s is not met", async ([expected, faults, told]) => {
  expect(await ranCase(`event: ${EVENT}, ${faults}expect: ${expected}`)).toEqual(told);
});

test("an event may come from a file, and be changed by whoever copies it", async () => {
  const event = {
    version: "3",
    triggerSource: "TokenGeneration_Authentication",
    region: "eu-west-1",
    userPoolId: "eu-west-1_ExAmPlE01",
    userName: "u2",
    callerContext: { awsSdkVersion: "1", clientId: "web1" },
    request: {
      userAttributes: { sub: "u2", email: "ben@shop.example" },
      groupConfiguration: { groupsToOverride: ["g"], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "email"],
      clientMetadata: { shop: "s1" },
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
  const { findings, results } = await ranTest(
    `${HEAD}cases:
  - { name: as it is, event: ./e.json, expect: { access: { role: clerk }, id: { email: ben@shop.example } } }
  - { name: somebody else, event: { like: 0, sub: u1, metadata: { shop: s2 } }, expect: { access: { role: manager, shop_id: s2 } } }
  - { name: another pool, event: { like: 1, pool: eu-central-1_Other, client: web2 }, expect: { refused: PROFILE_NONE } }
  - { name: no attributes but these, event: { like: 0, user: {}, groups: [a], trigger: TokenGeneration_RefreshTokens, scopes: [openid] }, expect: { absent: { id: [email] } } }
`,
    { files: { "./e.json": event } },
  );
  expect(findings).toEqual([]);
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  expect(results.map(({ run }) => (run.event as typeof event).userName)).toEqual(["u2", "u1", "u1", "u2"]);
});

test("a file that holds no event is an event that the trigger refuses", async () => {
  for (const content of [null, [], "event", { request: 1 }]) {
    expect(await ranCase("event: ./e.json, expect: { refused: EVENT_MALFORMED }", { "./e.json": content })).toEqual([]);
  }
});

test("tables may come from a file", async () => {
  const text = HEAD.replace(/tables:[\s\S]*hooks/, "tables: ./t.json\nhooks");
  const cases = `cases:\n  - { name: it, event: ${EVENT}, expect: { access: { role: clerk } } }\n`;
  const staff = [{ pk: "STAFF#u1", shops: ["s1"], role: "clerk", until: 4102444800 }];
  const { results, findings } = await ranTest(text + cases, { files: { "./t.json": { staff } } });
  expect(findings).toEqual([]);
  expect(results[0]?.differences).toEqual([]);
});

test("a report says no value of a row that the test does not expect somewhere", async () => {
  const secret = fc.stringMatching(/^[a-z]{3}[0-9]{5}[A-Z]{4}$/);
  const wrong =
    "{ access: { role: clerk, shop_id: s9, head: false, team: x, staff_ref: y }, opened: { shop-api: { staff_name: z } }, absent: { id: [email, shop_id] }, nowhere: [eu-central-1] }";
  await fc.assert(
    fc.asyncProperty(secret, secret, secret, secret, async (name, shop, team, mail) => {
      const event = `{ client: web1, sub: u1, scopes: [openid, email], metadata: { shop: ${shop} }, user: { email: ${mail} } }`;
      const row = `{ pk: STAFF#u1, shops: [${shop}], role: manager, until: 2027-01-01T00:00:00Z, name: ${name} }`;
      const told = await ranCase(
        `event: ${event}, tables: { staff: [${row}] }, hooks: { rota: { team: ${team} } }, expect: ${wrong}`,
      );
      expect(told.length).toBeGreaterThan(6);
      for (const value of [name, shop, team, mail]) expect(told.join("\n")).not.toContain(value);
    }),
    { numRuns: 30 },
  );
});
