import { describe, expect, test } from "vitest";
import { readKeyTemplate, templateReferences } from "../../../claims/language/key-template.ts";

describe("a key template", () => {
  test("is fixed text and references in turn", () => {
    const template = readKeyTemplate("ORG#1|{ client.id }|{user.sub}#X");
    expect(template).toEqual({
      parts: ["ORG#1|", { ref: ["client", "id"] }, "|", { ref: ["user", "sub"] }, "#X"],
    });
    expect("parts" in template && templateReferences(template.parts)).toEqual([
      ["client", "id"],
      ["user", "sub"],
    ]);
  });

  test("reads any reference an expression could be", () => {
    expect(readKeyTemplate('{client.metadata.clinic}#{user["custom:org"]}#{tenant.id}')).toEqual({
      parts: [
        { ref: ["client", "metadata", "clinic"] },
        "#",
        { ref: ["user", "custom:org"] },
        "#",
        { ref: ["tenant", "id"] },
      ],
    });
  });

  test("may be one reference, or none", () => {
    expect(readKeyTemplate("{user.sub}")).toEqual({ parts: [{ ref: ["user", "sub"] }] });
    expect(readKeyTemplate("GLOBAL")).toEqual({ parts: ["GLOBAL"] });
  });

  test.for([
    ["M#{sub}", { problem: "reference", text: "sub", offset: 2 }],
    ["M#{user.sub + user.email}", { problem: "reference", text: "user.sub + user.email", offset: 2 }],
    ['M#{user["a"b"]}', { problem: "reference", text: 'user["a"b"]', offset: 2 }],
    ["M#{}", { problem: "reference", text: "", offset: 2 }],
    ["M#{user.sub}{client.id}", { problem: "neighbours", text: "{client.id}", offset: 12 }],
    ["M#{user.sub", { problem: "braces", text: "{", offset: 2 }],
    ["M#user.sub}", { problem: "braces", text: "}", offset: 10 }],
    ["{user.sub}}", { problem: "braces", text: "}", offset: 10 }],
  ] as const)("%j cannot be filled in", ([text, problem]) => expect(readKeyTemplate(text)).toEqual(problem));
});
