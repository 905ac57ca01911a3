import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ceilings } from "../../../local/playground/ceilings.ts";
import { exampleOfSetup, exampleOfTests } from "../../../local/playground/example.ts";
import { languageKnown } from "../../../local/playground/language.ts";
import type { Start } from "../../../local/playground/messages.ts";
import { startPlayground } from "../../../local/playground/playground.ts";
import { readSetup } from "../../../local/stack-setup.ts";
import { changed } from "./examples-to-play.ts";

const text = (file: string): string => readFileSync(file, "utf8");
const own = (name: string) =>
  exampleOfSetup(
    name,
    text(`mappings/${name}.claims.yaml`),
    JSON.parse(text(`mappings/${name}.tables.json`)),
    readSetup(JSON.parse(text(`mappings/${name}.dev.json`))),
    text(`mappings/${name}.claims.test.yaml`),
  );

test("everybody of a setup signs in, refreshes where something is sent along, and every machine asks for a token", () => {
  const { title, situations, setting, rows } = own("clinic-eu");
  expect(title).toBe("A clinic in the EU");
  expect(situations.map(({ name }) => name)).toEqual([
    "Anna Testmann signs in to clinic-web",
    "Anna Testmann's refresh, asking for clinic c7",
    "Ben Beispiel signs in to clinic-web",
    "the machine laboratory asks for a token",
  ]);
  const [anna, refresh, , machine] = situations.map(({ event }) => JSON.parse(event));
  expect(anna).toMatchObject({ version: "3", request: { scopes: ["openid", "email"] } });
  expect(anna.request.clientMetadata).toBeUndefined();
  expect(refresh).toMatchObject({
    triggerSource: "TokenGeneration_RefreshTokens",
    request: { clientMetadata: { clinic: "c7" } },
  });
  expect(machine).toMatchObject({
    triggerSource: "TokenGeneration_ClientCredentials",
    request: { userAttributes: {} },
  });
  expect(JSON.parse(setting)).toMatchObject({
    env: {
      STAFF_TABLE: "clinic-staff",
      CARE_KEY_ARN: expect.stringMatching(/^arn:aws:kms:eu-central-1:111122223333:key\//),
    },
  });
  expect(JSON.parse(rows)).toEqual(JSON.parse(text("mappings/clinic-eu.tables.json")));
});

test("hooks answer as the tests beside the map say", () => {
  expect(JSON.parse(own("platform-m2m").setting)).toMatchObject({
    hooks: { rota: { team: "ledger-core", pager: "+44 20 5550100" } },
  });
});

test("a case brings its own rows and clock, and a file that cannot be read is no example", () => {
  const map = text("examples/maps/partner-contracts.claims.yaml");
  const tests = text("examples/maps/partner-contracts.claims.test.yaml");
  const example = exampleOfTests("partner-contracts", map, tests);
  const last = example?.situations.find(({ name }) => name === "the last second of a contract counts");
  expect(JSON.parse(last?.setting ?? "{}")).toMatchObject({ clock: "2026-12-31T23:59:58Z" });
  expect(exampleOfTests("broken", map, changed(tests, "version: 1", "version: 2"))).toBeNull();
});

test("an editor knows the keys of every place, what they may be, and where expressions are written", () => {
  const { places, functions } = languageKnown();
  const key = (place: string, name: string) => places[place]?.keys.find((each) => each.name === name);
  expect(key("", "version")).toMatchObject({ required: true, values: ["1"] });
  expect(key("pool", "events")).toMatchObject({ values: ["V1", "V2", "V3"], expression: false });
  expect(key("sources/*/attributes/*", "class")).toMatchObject({ values: ["open", "pii", "sensitive"] });
  expect(key("profiles/*/claims/*", "value")).toMatchObject({ required: true, expression: true });
  expect(key("profiles/*/claims/*", "to")).toMatchObject({ values: ["access", "id"] });
  expect(places["profiles/*/claims"]).toEqual({ about: expect.any(String), keys: [], names: "claim" });
  expect(key("", "define")).toMatchObject({ expression: true });
  expect(functions).toContainEqual({
    name: "startsWith",
    form: "string.startsWith(string)",
    about: "Gives bool. Whether it starts so.",
  });
  expect(JSON.stringify(functions)).not.toContain("](http");
});

test("the page starts with one's own map, before those of the package, each under a name of its own", async () => {
  const playground = await startPlayground(own("clinic-eu"), { version: "1.2.3" });
  try {
    const start = (await (await fetch(`${playground.url}api/start`)).json()) as Start;
    const names = start.examples.map(({ name }) => name);
    expect(names).toEqual([
      "clinic-eu",
      "b2b-saas",
      "clinic-eu-tests",
      "platform-m2m",
      "depot-tenant",
      ...names.slice(5),
    ]);
    expect(new Set(names).size).toBe(11);
    expect(start).toMatchObject({ version: "1.2.3", ceilings: ceilings() });
    expect(start.ceilings.map(({ bytes }) => bytes)).toEqual([3840, 7168, 8192, 8192]);
    const members = ["name", "title", "map", "rows", "setting", "situations"];
    expect(start.examples.map((each) => Object.keys(each))).toEqual(names.map(() => members));
  } finally {
    await playground.stop();
  }
});
