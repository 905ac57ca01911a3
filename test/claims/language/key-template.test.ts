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

  test("may be one reference, or none", () => {
    expect(readKeyTemplate("{user.sub}")).toEqual({ parts: [{ ref: ["user", "sub"] }] });
    expect(readKeyTemplate("GLOBAL")).toEqual({ parts: ["GLOBAL"] });
  });

  test.for([
    ["M#{client.metadata.clinic}", { problem: "reference", text: "client.metadata.clinic", offset: 2 }],
    ["M#{user.email}#{user.sub}", { problem: "reference", text: "user.email", offset: 2 }],
    ["M#{}", { problem: "reference", text: "", offset: 2 }],
    ["M#{user.sub", { problem: "braces", text: "{", offset: 2 }],
    ["M#user.sub}", { problem: "braces", text: "}", offset: 10 }],
    ["{user.sub}}", { problem: "braces", text: "}", offset: 10 }],
  ] as const)("%j cannot be filled in", ([text, problem]) => expect(readKeyTemplate(text)).toEqual(problem));
});
