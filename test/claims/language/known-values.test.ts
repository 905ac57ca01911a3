import { describe, expect, test } from "vitest";
import type { WrittenDeclaration, WrittenInput, WrittenSource } from "../../../claims/claim-map.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

function source(
  attributes: { readonly [name: string]: WrittenDeclaration },
  rest: Partial<WrittenSource> = {},
): WrittenSource {
  return {
    dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" }, consistent: false },
    trust: "operator",
    onMissing: "deny",
    onError: "deny",
    attributes,
    ...rest,
  };
}

const known = (inputs: { readonly [name: string]: WrittenInput }, attributes?: Parameters<typeof source>[0]) =>
  readKnownValues(aReadMap(aClaimMap({ inputs, ...(attributes && { sources: { staff: source(attributes) } }) })));

/** Code, place and message of every finding. */
const findings = (...from: Parameters<typeof known>) =>
  known(...from).findings.map(({ code, path, message }) => [code, path.join(" "), message]);

describe("what every map can read", () => {
  test("is the subject, the groups and the client, as Cognito's word", () => {
    const { values } = known({});
    expect([...values].map(([name, { declaration, trust }]) => [name, declaration.class, trust])).toEqual([
      ["user.sub", "open", "operator"],
      ["user.groups", "pii", "operator"],
      ["client.id", "open", "operator"],
      ["request.grant", "open", "operator"],
      ["request.scopes", "open", "caller"],
      ["now", "open", "operator"],
    ]);
  });

  test("may be listed to say how private the groups are", () => {
    const { values, findings: found } = known({ "user.groups": declared("list<string>", { maxItems: 9 }) });
    expect(found).toEqual([]);
    expect(values.get("user.groups")).toMatchObject({
      declaration: { type: { list: "string" }, class: "open", maxItems: 9 },
      trust: "operator",
      path: ["inputs", "user.groups"],
    });
  });
});

describe("trust", () => {
  test("of an input is the person's unless declared, and the caller's for metadata", () => {
    const { values } = known({
      "user.custom:a": declared("string"),
      "user.custom:b": { ...declared("string"), trust: "idp" },
      "client.metadata.c": declared("string"),
    });
    expect(values.get('user["custom:a"]')?.trust).toBe("user");
    expect(values.get('user["custom:b"]')?.trust).toBe("idp");
    expect(values.get("client.metadata.c")?.trust).toBe("caller");
  });

  test("of an attribute is its source's", () => {
    const map = aClaimMap({ sources: { staff: source({ role: declared("string") }, { trust: "idp" }) } });
    expect(readKnownValues(aReadMap(map)).values.get("staff.role")).toMatchObject({ trust: "idp", key: [] });
  });
});

describe("a source of several rows", () => {
  test("is as private as the least private of its attributes, and as long as its limit", () => {
    const query = {
      table: "members",
      query: { key: { pk: "{user.sub}" }, order: "ascending", limit: 7, onMore: "cut" },
      consistent: false,
    } as const;
    const attributes = {
      name: declared("string", { class: "sensitive", purpose: "x" }),
      role: declared("string", { class: "pii", purpose: "x" }),
    };
    const map = aClaimMap({ sources: { members: source(attributes, { dynamodb: query }) } });
    const { values, rows } = readKnownValues(aReadMap(map));
    expect(rows).toEqual(new Set(["members"]));
    expect(values.get("members")).toMatchObject({ declaration: { class: "pii", maxItems: 7 }, trust: "operator" });
  });
});

describe("what a partition gives", () => {
  test("is one of its texts, where no variable is among them", () => {
    const partition = {
      by: "user.sub",
      values: { eu: { suffix: "eu", key: "${env:EU}" }, us: { suffix: "us", key: "x" } },
    };
    const { values } = readKnownValues(aReadMap(aClaimMap({ partition })));
    expect(values.get("partition.suffix")?.declaration.values).toEqual(["eu", "us"]);
    expect(values.get("partition.key")?.declaration.values).toBeUndefined();
  });
});

describe("Cognito's personal attributes", () => {
  test.for(["email", "phone_number", "given_name", "birthdate", "updated_at", "identities", "cognito:email_alias"])(
    "user.%s is at least pii, and treated so whatever is written",
    (name) => {
      const { values, findings: found } = known({ [`user.${name}`]: declared("string") });
      expect(found.map(({ code, path, fix }) => [code, path.at(-1), fix])).toEqual([
        ["CS407", "class", "Write `class: pii`."],
      ]);
      expect([...values.values()].at(-1)?.declaration.class).toBe("pii");
    },
  );

  test("may be declared sensitive, and custom ones as the map says", () => {
    expect(
      findings({ "user.email": declared("string", { class: "sensitive" }), "user.custom:x": declared("string") }),
    ).toEqual([]);
  });

  test("are Cognito's: an attribute of a table may share the name", () => {
    expect(findings({}, { email: declared("string") })).toEqual([]);
  });
});

describe("a type", () => {
  test("that is none leaves its value unusable", () => {
    const { values, unusable, findings: found } = known({}, { role: declared("text"), rows: declared("list<map>") });
    expect(found.map(({ code, path, message }) => [code, path.join(" "), message])).toEqual([
      ["CS310", "sources staff attributes role type", "`text` is no type"],
      ["CS310", "sources staff attributes rows type", "a `map` says what it holds"],
    ]);
    expect([...unusable]).toEqual(["staff.role", "staff.rows"]);
    expect(values.has("staff.role")).toBe(false);
  });

  test("of what Cognito hands over as text is a scalar", () => {
    expect(
      findings({ "user.custom:l": declared("list<string>"), "client.metadata.m": declared("map<string, int>") }),
    ).toEqual([
      ["CS305", "inputs user.custom:l type", "Cognito hands this over as text, which is never a `list<string>`"],
      [
        "CS305",
        "inputs client.metadata.m type",
        "Cognito hands this over as text, which is never a `map<string, int>`",
      ],
    ]);
    expect(findings({ "user.groups": declared("string", { class: "pii" }) })).toEqual([
      ["CS305", "inputs user.groups type", "user.groups is `list<string>`, not `string`"],
    ]);
  });
});

describe("a literal", () => {
  test.for<[what: string, declaration: WrittenDeclaration, place: string, message: string]>([
    ["a default of another type", declared("int", { default: "1" }), "default", "the default is not `int`"],
    ["a fraction as an int", declared("int", { default: 1.5 }), "default", "the default is not `int`"],
    ["a default beyond 2^53 - 1", declared("int", { default: 2 ** 53 }), "default", "the default is not `int`"],
    [
      "a day as a timestamp",
      declared("timestamp", { default: "2026-11-23" }),
      "default",
      "the default is not `timestamp`",
    ],
    [
      "an item of another type",
      declared("list<string>", { default: ["a", 1] }),
      "default",
      "the default is not `list<string>`",
    ],
    [
      "a default outside the values",
      declared("string", { values: ["a"], default: "b" }),
      "default",
      "the default breaks the bounds of its own declaration",
    ],
    [
      "a default with too many items",
      declared("list<int>", { maxItems: 1, default: [1, 2] }),
      "default",
      "the default breaks the bounds of its own declaration",
    ],
    [
      "a listed value of another type",
      declared("string", { values: ["a", 5] }),
      "values 1",
      "this value is not `string`",
    ],
    ["a listed list", declared("list<string>", { values: [["a"]] }), "values 0", "this value is not `string`"],
    [
      "a listed value over its length",
      declared("string", { values: ["a", "bcd"], maxLength: 2 }),
      "values 1",
      "this value breaks the bounds of its own declaration",
    ],
    [
      "a listed value that its pattern does not cover",
      declared("string", { values: ["a1"], pattern: "[a-z]+" }),
      "values 0",
      "this value breaks the bounds of its own declaration",
    ],
    ["a `min` that is no int", declared("int", { min: "low" }), "min", "`min` is not `int`"],
    ["a `max` below `min`", declared("int", { min: 5, max: 4 }), "max", "`max` is below `min`: no value could be both"],
    [
      "a bound that binds nothing",
      declared("int", { maxLength: 5 }),
      "maxLength",
      "`maxLength` bounds text; there is none in a `int`",
    ],
    [
      "a `min` of text",
      declared("list<string>", { maxItems: 2, min: 1 }),
      "min",
      "`min` bounds numbers and timestamps; there is none in a `list<string>`",
    ],
  ])("%s is refused", ([, declaration, place, message]) => {
    expect(findings({}, { it: declaration })).toEqual([["CS308", `sources staff attributes it ${place}`, message]]);
  });

  test("a pattern that is none is refused", () => {
    expect(findings({}, { it: declared("string", { pattern: "(a" }) })).toEqual([
      ["CS311", "sources staff attributes it pattern", "missing closing ): `(a`"],
    ]);
  });

  test.for<[what: string, declaration: WrittenDeclaration]>([
    ["an int for a double", declared("double", { default: 1 })],
    ["seconds for a timestamp", declared("timestamp", { default: 1_700_000_000 })],
    ["text for a timestamp", declared("timestamp", { default: "2026-11-23T10:00:00Z" })],
    ["an empty list", declared("list<string>", { default: [] })],
    ["a map", declared("map<string, int>", { default: { a: 1 } })],
    ["values of a list's items", declared("list<string>", { values: ["a", "b"], default: ["b"] })],
  ])("%s is fine", ([, declaration]) => {
    expect(findings({}, { it: declaration })).toEqual([]);
  });
});
