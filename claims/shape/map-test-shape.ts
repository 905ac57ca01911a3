import type { JsonValue } from "../../cognito/json.ts";
import { caseEvent, caseExpectation, caseName } from "./case-keys.ts";
import { type FederationCase, federationCaseShape } from "./federation-test-shape.ts";
import { CLIENT } from "./forms.ts";
import { choice, formed, list, record, text } from "./kinds.ts";
import { INSTANT, VARIABLE_NAME } from "./map-test-forms.ts";
import type { Key, Kind, ShapeOf, ShapeWithRest } from "./shape.ts";

/** A test of a claim map as written, after its shape was checked: names and patterns are not yet held to the map. */
export type MapTest = {
  readonly version: 1;
  /** Where the map is, seen from the test file. */
  readonly map: string;
  readonly clock: string;
  readonly env: { readonly [variable: string]: string };
  /** Where a file of tables is, seen from the test file; or the tables. */
  readonly tables: string | WrittenTables;
  readonly hooks: { readonly [hook: string]: JsonValue };
  /** What chained functions would add, by source. */
  readonly chain: { readonly [source: string]: JsonValue };
  readonly cases: readonly TestCase[];
  /** People who come from identity providers. */
  readonly federation: readonly FederationCase[];
};

/** Rows by the name a table has once `env` is filled in. */
export type WrittenTables = { readonly rows: { readonly [table: string]: readonly WrittenRow[] } };

export type WrittenRow = { readonly [attribute: string]: JsonValue };

/** One sign-in and what is expected of it. */
export type TestCase = {
  readonly name: string;
  /** Where a file with a whole event is, seen from the test file; or the event's short form. */
  readonly event: string | ShortEvent;
  readonly clock?: string;
  /** In place of the file's tables of these names. */
  readonly tables?: WrittenTables;
  /** In place of the file's hooks of these names. */
  readonly hooks: { readonly [hook: string]: JsonValue };
  /** In place of the file's for these sources. */
  readonly chain: { readonly [source: string]: JsonValue };
  /** By source, `source.attribute`, `seal.RESOURCE-SERVER`, or `pseudonyms`. */
  readonly faults: { readonly [part: string]: FaultName };
  readonly expect: Expectation;
};

export const FAULTS = ["unavailable", "stall", "late", "missing", "absent", "invalid"] as const;
export type FaultName = (typeof FAULTS)[number];

/** An event by what differs from one test to the next. */
export type ShortEvent = {
  /** The number of the case, from 0, whose event this one copies. */
  readonly like?: number;
  readonly grant?: "user" | "client_credentials";
  readonly client?: string;
  readonly sub?: string;
  readonly userName?: string;
  readonly trigger?: string;
  readonly pool?: string;
  readonly scopes?: readonly string[];
  readonly groups?: readonly string[];
  readonly metadata?: { readonly [name: string]: string };
  readonly user?: { readonly [name: string]: string };
};

/** Claims by name; a value that is `{ matches: PATTERN }`, at any depth, stands for every text with a match. */
export type ExpectedClaims = { readonly [claim: string]: JsonValue };

export type Expectation = {
  readonly refused?: string;
  readonly profile?: string;
  readonly access?: ExpectedClaims;
  readonly id?: ExpectedClaims;
  readonly absent?: { readonly access: readonly string[]; readonly id: readonly string[] };
  readonly opened?: { readonly [resourceServer: string]: ExpectedClaims };
  readonly scopes?: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly size?: { readonly access?: SizeBound; readonly id?: SizeBound };
  /** Of both tokens, or by token. */
  readonly nowhere?: readonly string[] | { readonly access: readonly string[]; readonly id: readonly string[] };
};

/** In bytes of the whole token. */
export type SizeBound = { readonly below: number };

const json: Kind = { kind: "json" };
const texts: Kind = list(text);
const namesOf = (noun: string, of: Kind): Kind => ({ kind: "names", noun, of });

const tablesShape: ShapeWithRest<WrittenTables, "rows"> = {
  about: "rows by the table's name, as plain JSON",
  keys: {},
  rest: { into: "rows", noun: "table", of: list(namesOf("attribute", json)) },
};

const hooks: Key = {
  kind: { kind: "names", noun: "hook", of: json },
  default: {},
  about: "what each hook answers: a row, or `null` for none",
};

const chain: Key = {
  kind: { kind: "names", noun: "source", of: json },
  default: {},
  about: "the claims each chained function would add, by source: a row, or `null` for none",
};

const eventShape: ShapeOf<ShortEvent> = {
  about: "an event by what matters of it",
  keys: {
    like: {
      kind: { kind: "whole", least: 0, most: 9_999 },
      about: "the number of an earlier case, from 0: its event, with the keys given here in place of its own",
    },
    grant: { kind: choice("user", "client_credentials"), about: "a person or a machine; `user` without it" },
    client: { kind: formed(CLIENT), about: "the app client's id" },
    sub: { kind: text, about: "the person's `sub`" },
    userName: { kind: text, about: "the person's username; the `sub` without it" },
    trigger: { kind: text, about: "the trigger source; `TokenGeneration_HostedAuth` without it, for people" },
    pool: { kind: text, about: "the user pool's id; `eu-central-1_Example01` without it" },
    scopes: { kind: texts, about: "the scopes Cognito is about to grant" },
    groups: { kind: texts, about: "the person's groups; none without it" },
    metadata: { kind: namesOf("metadata key", text), about: "what the caller sends along" },
    user: { kind: namesOf("attribute", text), about: "the person's attributes, all text, as Cognito sends them" },
  },
};

const absentShape: ShapeOf<NonNullable<Expectation["absent"]>> = {
  about: "claims that are not there, by token",
  keys: {
    access: { kind: texts, default: [], about: "claims that are not in the access token" },
    id: { kind: texts, default: [], about: "claims that are not in the ID token" },
  },
};

const scopesShape: ShapeOf<NonNullable<Expectation["scopes"]>> = {
  about: "how the token's scopes differ from those Cognito was about to grant",
  keys: {
    added: { kind: texts, default: [], about: "every scope that is new" },
    removed: { kind: texts, default: [], about: "every scope that is gone" },
  },
};

const bound: Kind = record({
  about: "a bound",
  keys: {
    below: { kind: { kind: "whole", least: 1, most: 1_000_000 }, required: true, about: "bytes it stays below" },
  },
});

const sizeShape: ShapeOf<NonNullable<Expectation["size"]>> = {
  about: "how large a token may be",
  keys: {
    access: { kind: bound, about: "the access token" },
    id: { kind: bound, about: "the ID token" },
  },
};

const expectShape: ShapeOf<Expectation> = {
  about: "what is expected",
  keys: {
    refused: {
      kind: text,
      about: "the code the token is refused with, such as `TENANT_REFUSED`; nothing else beside it",
    },
    profile: { kind: text, about: "the profile that decides" },
    access: { kind: namesOf("claim", json), about: "these claims in the access token; others may stand beside them" },
    id: { kind: namesOf("claim", json), about: "these claims in the ID token; others may stand beside them" },
    absent: { kind: record(absentShape), about: "claims that are not there, by token" },
    opened: {
      kind: namesOf("resource server", namesOf("claim", json)),
      about: "exactly what each resource server opens; one that is not named has no envelope",
    },
    scopes: { kind: record(scopesShape), about: "exactly the scopes that are new, and those that are gone" },
    size: { kind: record(sizeShape), about: "how large the tokens may be" },
    nowhere: {
      kind: {
        kind: "either",
        choice: { kind: "list", of: text },
        record: {
          about: "by token",
          keys: {
            access: { kind: texts, default: [], about: "texts that are nowhere in the access token" },
            id: { kind: texts, default: [], about: "texts that are nowhere in the ID token" },
          },
        },
        hint: "`[TEXT]` for both tokens, or `{ access: [TEXT], id: [TEXT] }`",
      },
      about: "texts of 8 bytes or more that no byte of a token holds, in no encoding",
    },
  },
};

const caseShape: ShapeOf<TestCase> = {
  about: "one sign-in and what is expected of it",
  keys: {
    name: caseName,
    event: caseEvent(
      eventShape,
      "`{ client: ID, sub: SUB, scopes: [openid] }`, or the path of a file with a whole event",
    ),
    clock: { kind: formed(INSTANT), about: "when it happens, in place of the file's clock" },
    tables: { kind: record(tablesShape), about: "tables in place of the file's of the same names" },
    hooks,
    chain,
    faults: {
      kind: namesOf("fault", choice(...FAULTS)),
      default: {},
      about: "what goes wrong, by source, `SOURCE.ATTRIBUTE`, `seal.RESOURCE-SERVER` or `pseudonyms`",
    },
    expect: caseExpectation(expectShape),
  },
};

/** `NAME.claims.test.yaml`: tables, a clock, events, and what is expected of the tokens. */
export const mapTestShape: ShapeOf<MapTest> = {
  about: "tests of a claim map: events, and what is expected of their tokens",
  keys: {
    version: {
      kind: { kind: "constant", value: 1 },
      required: true,
      standIn: 1,
      about: "the version of the language: 1",
    },
    map: { kind: text, required: true, about: "the map's file, seen from this one" },
    clock: { kind: formed(INSTANT), required: true, about: "when everything happens, such as `2026-11-22T10:00:00Z`" },
    env: {
      kind: { kind: "names", noun: "variable", of: text, form: VARIABLE_NAME },
      default: {},
      about: "values for the map's `${env:NAME}`",
    },
    tables: {
      kind: {
        kind: "either",
        choice: text,
        record: tablesShape,
        hint: "`{ TABLE: [{ pk: KEY }] }`, or the path of a JSON file of this form",
      },
      default: { rows: {} },
      about: "rows by table; a table that is not named is empty",
    },
    hooks,
    chain,
    cases: { kind: list(record(caseShape), 1), required: true, about: "the sign-ins" },
    federation: {
      kind: list(record(federationCaseShape), 1),
      default: [],
      about: "people who come from identity providers, and what of them enters the pool",
    },
  },
};
