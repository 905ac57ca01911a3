import type { Plan } from "../../claims/plan.ts";
import type { MapTest, TestCase } from "../../claims/shape/map-test-shape.ts";
import { readClaimMap } from "../../claims/shape/read-map.ts";
import type { TableRows } from "../dynamodb.ts";
import { cognitoEvent, wholeEvent } from "../map-tests/case-event.ts";
import { readMapTest } from "../map-tests/read-map-test.ts";
import type { SetupClient, SetupPerson, StackSetup } from "../stack-setup.ts";
import type { Example, Situation } from "./messages.ts";
import { rowsText } from "./written-json.ts";

/** An example, and the tests beside its map. */
export type PlayExample = Example & {
  /** The text of the file; null where there is none. */
  readonly tests: string | null;
};

/** An example from a map and the tests beside it: each case is a situation. Null where one of them cannot be read. */
export function exampleOfTests(name: string, map: string, tests: string): PlayExample | null {
  const { read } = readMapTest(tests);
  const version = readClaimMap(map).read?.map.pool.events;
  if (read === null || version === undefined || typeof read.test.tables === "string") return null;
  const { test } = read;
  const tables = read.test.tables.rows;
  const own = { rows: rowsText(tables), setting: settingText(test) };
  const situations = test.cases.flatMap((each, index): readonly Situation[] => {
    const { file, short } = wholeEvent(test.cases, index);
    if (file !== undefined) return [];
    const rows = each.tables ? rowsText({ ...tables, ...each.tables.rows }) : own.rows;
    const setting = settingText(test, each);
    return [
      {
        name: each.name,
        event: eventText(cognitoEvent(short, version, undefined)),
        ...(rows !== own.rows && { rows }),
        ...(setting !== own.setting && { setting }),
        faults: { ...each.faults },
      },
    ];
  });
  return situations.length === 0 ? null : { name, title: titleOf(map, name), map, ...own, situations, tests };
}

/** An example from what `claimseal dev` runs: everybody of its setup signs in. */
export function exampleOfSetup(
  name: string,
  map: string,
  tables: TableRows,
  setup: StackSetup,
  tests: string | null,
): PlayExample {
  const version = readClaimMap(map).read?.map.pool.events ?? "V3";
  const clientOf = (person: SetupPerson) => setup.clients.find((client) => client.name === person.client);
  const people = setup.people.flatMap((person) => {
    const client = clientOf(person);
    return client ? signIns(person, client, version) : [];
  });
  const machines = setup.clients
    .filter(({ grants }) => grants.includes("client_credentials"))
    .map(({ id, name: machine, scopes }) => {
      const short = { grant: "client_credentials", client: id, scopes } as const;
      return situation(`the machine ${machine} asks for a token`, cognitoEvent(short, version, undefined));
    });
  const written = tests === null ? null : readMapTest(tests).read;
  const { hooks = {}, chain = {} } = written?.test ?? {};
  const keys = Object.entries(setup.keys).map(([variable, region]) => [
    variable,
    `arn:aws:kms:${region}:111122223333:key/${variable.toLowerCase()}`,
  ]);
  const env: MapTest["env"] = { ...setup.environment, ...Object.fromEntries(keys) };
  return {
    name,
    title: titleOf(map, name),
    map,
    rows: rowsText(tables),
    setting: settingText({ env, hooks, chain }),
    situations: [...people, ...machines],
    tests,
  };
}

/** A sign-in at the sign-in page; and a refresh, where the person's app sends something along with it. */
function signIns(
  { attributes, groups, metadata, client: clientName }: SetupPerson,
  { id, scopes }: SetupClient,
  version: Plan["events"],
): readonly Situation[] {
  const { sub = "", ...user } = attributes;
  const name = user["name"] ?? user["given_name"] ?? user["email"] ?? "somebody";
  const asked = [...new Set(["openid", ...scopes])];
  const short = { client: id, sub, scopes: asked, groups, user };
  const event = (more: object) => cognitoEvent({ ...short, ...more }, version, undefined);
  const sent = Object.entries(metadata ?? {}).map(([key, value]) => `${key} ${value}`);
  const refresh = { trigger: "TokenGeneration_RefreshTokens", ...(metadata && { metadata }) };
  return [
    situation(`${name} signs in to ${clientName}`, event({})),
    ...(metadata ? [situation(`${name}'s refresh, asking for ${sent.join(", ")}`, event(refresh))] : []),
  ];
}

function situation(name: string, event: unknown): Situation {
  return { name, event: eventText(event), faults: {} };
}

function eventText(event: unknown): string {
  return JSON.stringify(event, null, 2);
}

function settingText(
  { env, hooks, chain, clock }: Pick<MapTest, "env" | "hooks" | "chain"> & { readonly clock?: string },
  own?: TestCase,
): string {
  const at = own?.clock ?? clock;
  const answers = { hooks: { ...hooks, ...own?.hooks }, chain: { ...chain, ...own?.chain } };
  const setting = {
    env,
    ...(at !== undefined && { clock: at }),
    ...Object.fromEntries(Object.entries(answers).filter(([, each]) => Object.keys(each).length > 0)),
  };
  return JSON.stringify(setting, null, 2);
}

/** The beginning of the first comment of a map that is for people. */
function titleOf(map: string, name: string): string {
  const [comment] = map.match(/^#[ \t]*[A-Z].*(?:\n#.*)*/m) ?? [];
  const [title] =
    comment
      ?.replace(/\s*\n?#[ \t]*/g, " ")
      .trim()
      .split(/[.:] |[.:]$/) ?? [];
  return title ?? name;
}
