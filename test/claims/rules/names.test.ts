import { describe, expect, test } from "vitest";
import { type BrokenRule, checked } from "./broken-rule.ts";

const named = (name: string): readonly [string, string] => ["      role: { value", `      ${name}: { value`];
const sealed = (name: string): readonly [string, string] => ["      phone: { value", `      ${name}: { value`];
const server = (name: string, identifier: string): readonly [string, string] => [
  "  desk-api:\n    identifier: desk\n",
  `  ${name}:\n    identifier: ${identifier}\n`,
];

const rules: readonly BrokenRule[] = [
  ["no claim has a name Cognito writes in an access token", "CS201", "§client_id: { value", named("client_id")],
  ["nor one it writes in an ID token", "CS201", "§nonce: { value", ["      notes: { value", "      nonce: { value"]],
  ["no sealed claim has a name that binds its envelope", "CS202", "§aud: { value", sealed("aud")],
  ["no claim is called as an envelope is", "CS203", "§sealed_role: { value", named("sealed_role")],
  ["nor as the map's version is", "CS203", "§cmv: { value", named("cmv")],
  ["nor so in a claim set", "CS203", "§cmv: { value", ["      tenant_id: {", "      cmv: {"]],
  ["a claim's name has no characters that gateways mangle", "CS204", '§"rôle": { value', named('"rôle"')],
  ["a claim's name is no reserved one but for case", "CS205", "§Client_Id: { value", named("Client_Id")],
  ["nor one of an envelope", "CS205", "§Sealed_role: { value", named("Sealed_role")],
  ["two claims differ in more than case", "CS205", "§level: { value: def", named("Level")],
  ["one of a claim set and one of the profile too", "CS205", "§tenant_id: {", named("Tenant_Id")],
  ["two resource servers have two claims", "CS206", "§care_api:", server("care_api", "desk")],
  [
    "a source is not called like what an expression starts with",
    "CS207",
    "§request:\n",
    ["  partner:\n", "  request:\n"],
  ],
  ["nor like a word of CEL", "CS207", "§in:\n", ["  partner:\n", "  in:\n"]],
  ["a source's name can be written in an expression", "CS208", "§part-ner:\n", ["  partner:\n", "  part-ner:\n"]],
  ["a resource server's name can be written in a claim's", "CS208", '§"desk api":', server('"desk api"', "desk")],
  ["a profile's name can be written in a record", "CS208", '§"ma chines":', ["  machines:\n", '  "ma chines":\n']],
  [
    "a claim is sealed for a resource server there is",
    "CS209",
    "sealFor: [§cari-api]",
    ["staff.phone, sealFor: [care-api]", "staff.phone, sealFor: [cari-api]"],
  ],
  [
    "and that has a key",
    "CS209",
    "sealFor: [§desk-api]",
    ["staff.phone, sealFor: [care-api]", "staff.phone, sealFor: [desk-api]"],
  ],
  [
    "two resource servers have two identifiers",
    "CS210",
    "§identifier: care\n    scopes: [read]\n",
    server("desk-api", "care"),
  ],
  ["a profile uses claim sets there are", "CS211", "use: [§shard]", ["use: [shared]", "use: [shard]"]],
  ["nothing overrides a claim", "CS212", "use: [§shared]", named("tenant_id")],
];

describe("names:", () => {
  test.for(rules)("%s (%s)", (rule) => {
    const { said, ok, expected } = checked(rule);
    expect(said).toContainEqual(expected);
    expect(ok).toBe(false);
  });
});
