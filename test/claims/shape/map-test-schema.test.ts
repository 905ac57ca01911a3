import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { mapTestSchema } from "../../../claims/shape/map-test-schema.ts";
import { mapTestShape } from "../../../claims/shape/map-test-shape.ts";
import { runs } from "../../runs.ts";
import { holdToReader, reported, type Value } from "./hold-to-reader.ts";
import { validator } from "./validator.ts";

const takes = validator(mapTestSchema);

/** Every key of the language of map tests. */
const TESTS = `
version: 1
map: clinic.claims.yaml
clock: "2026-11-22T10:00:00Z"
env: { STAFF_TABLE: staff }
tables:
  staff:
    - { pk: "STAFF#1", role: nurse, level: 2, note: null, tags: [a, a, null] }
hooks:
  entitlements: { seats: 3 }
chain:
  legacy: { plan: team }
cases:
  - name: a nurse reads charts
    event:
      grant: user
      client: web1
      sub: "1"
      userName: anna
      trigger: TokenGeneration_HostedAuth
      pool: eu-central-1_Example01
      scopes: [openid]
      groups: []
      metadata: { clinic: north }
      user: { email: anna@example.com }
    clock: "2026-11-22T11:00:00+01:00"
    tables: { staff: [] }
    hooks: { entitlements: null }
    chain: { legacy: null }
    faults: { staff.role: invalid }
    expect:
      profile: people
      access: { role: nurse, ref: { matches: "^[a-z]+$" } }
      id: {}
      absent: { access: [level], id: [] }
      opened: { care-api: { phone: null } }
      scopes: { added: [care/read], removed: [] }
      size: { access: { below: 4000 }, id: { below: 3000 } }
      nowhere: [anna@example.com]
  - { name: a file, event: events/refresh.json, expect: { refused: TENANT_REFUSED } }
  - { name: the same again, event: { like: 0 }, expect: { nowhere: { access: [anna@example.com], id: [] } } }
federation:
  - name: from the directory
    event: { provider: CorporateSaml, type: SAML, client: web1, pool: eu-central-1_Example01, sends: { mail: a@x.eu, groups: [a] } }
    expect: { kept: { email: { matches: "@" } }, dropped: [groups], nowhere: [anna@example.com] }
  - { name: of a file, event: events/google.json, expect: { refused: PROVIDER_NONE } }
  - { name: from it again, event: { like: 0 }, expect: { kept: {} } }
`;

test("the schema in the package is the one made from the shape, as `node tools/write-schemas.mjs` writes it", () => {
  const written: unknown = JSON.parse(readFileSync("schema/claim-map-test.v1.json", "utf8"));
  expect(JSON.stringify(written)).toBe(JSON.stringify(mapTestSchema));
});

test("tests with every key are valid", () => {
  expect(reported(mapTestShape, JSON.stringify(parse(TESTS)))).toEqual([]);
  takes(parse(TESTS));
  expect(takes.errors).toBeNull();
});

test("every file of tests in this project is valid", () => {
  const files = ["mappings", "examples", "test"]
    .flatMap((folder) => readdirSync(".", { encoding: "utf8" }).filter((name) => name === folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".claims.test.yaml"));
  const faults = files.flatMap((file) => (takes(parse(readFileSync(file, "utf8"))) ? [] : [[file, takes.errors]]));
  expect(faults).toEqual([]);
});

test("whatever is done to tests, the schema refuses what the reader refuses and takes what it takes", () => {
  const { refused, taken } = holdToReader(takes, mapTestShape, parse(TESTS) as Value, 800);
  expect(refused).toBeGreaterThan(runs(200));
  expect(taken).toBeGreaterThan(runs(80));
});
