import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineFile } from "../../tools/engine-list.mjs";
import { COMPLETE, edited } from "../claims/map-files.ts";
import { type LanguageClient, startLanguageServer } from "./language-client.ts";
import { notHere } from "./not-here.ts";

const installed = engineFile("yaml-language-server");

const MAP = `# yaml-language-server: $schema=../schema/claim-map.v1.json
version: 1
name: clinic
revision: "1"
pool: { events: V3, usernames: opaque }
sources:
  staff:
    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      role: { type: string, class: open, maxLength: 20 }
profiles:
  people:
    match: { grants: [user], clients: ["*"] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims:
      role:
        value: staff.role
        to: [access]
        effect: grants
`;

type Completions = { readonly items: readonly { readonly label: string; readonly insertText?: string }[] };
type Hover = { readonly contents: { readonly value: string } } | null;

/** Each document once, in a folder that has the schemas beside it; none of them is a file. */
let documents = 0;
const newUri = (ending = "claims.yaml"): string => {
  documents += 1;
  return pathToFileURL(`mappings/unsaved-${documents}.${ending}`).href;
};

describe.for(installed === null ? [] : [installed])("a YAML language server has the schema of claim maps", (file) => {
  let client: LanguageClient;
  beforeAll(async () => {
    client = await startLanguageServer(file);
  });
  afterAll(() => client.stop());

  /** Asks about the place marked by `‸` in a map. */
  const ask = async (method: string, marked: string): Promise<unknown> => {
    const before = marked.slice(0, marked.indexOf("‸")).split("\n");
    const uri = newUri();
    await client.open(uri, marked.replace("‸", ""));
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    return client.request(method, { textDocument: { uri }, position });
  };
  const completions = async (marked: string): Promise<Completions["items"]> =>
    ((await ask("textDocument/completion", marked)) as Completions).items;
  const labels = async (marked: string): Promise<readonly string[]> =>
    (await completions(marked)).map(({ label }) => label);
  const hover = async (marked: string): Promise<string> =>
    ((await ask("textDocument/hover", marked)) as Hover)?.contents.value ?? "";

  test("a sound map has no diagnostics, whatever it uses of the language", async () => {
    const [modeline = ""] = MAP.split("\n");
    expect(await client.open(newUri(), MAP)).toEqual([]);
    expect(await client.open(newUri(), `${modeline}\n${COMPLETE}`)).toEqual([]);
  });

  test("a misspelt key is named where it stands", async () => {
    const diagnostics = await client.open(newUri(), edited(MAP, ["effect: grants", "efect: grants"]));
    expect(diagnostics.map(({ range, message }) => [range.start, message])).toEqual([
      [{ line: 23, character: 8 }, "Property efect is not allowed."],
    ]);
  });

  test("a text without the form of its key is told what to write", async () => {
    const diagnostics = await client.open(newUri(), edited(MAP, ["name: clinic", "name: clinic eu"]));
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Write a map's name, such as `clinic-eu`: letters, digits, `.`, `_` and `-`, at most 64.",
    ]);
  });

  test("in a claim, the keys it does not have yet are offered", async () => {
    const offered = await labels(edited(MAP, ["        effect: grants\n", "        ‸\n"]));
    expect(offered).toEqual(expect.arrayContaining(["sealFor", "effect", "when", "required"]));
    expect(offered).not.toContain("to");
    expect(offered).not.toContain("onMissing");
  });

  test("behind `effect:`, its values are offered", async () => {
    expect(await labels(edited(MAP, ["effect: grants", "effect: ‸"]))).toEqual(["grants", "restricts", "informs"]);
  });

  test("every key that takes a value is completed up to the colon", async () => {
    const offered = await completions(edited(MAP, ["        effect: grants\n", "        ‸\n"]));
    expect(offered.filter(({ insertText = "" }) => !insertText.includes(":"))).toEqual([]);
  });

  test("where claims stand, a whole claim is offered", async () => {
    const offered = await completions(edited(MAP, ["    claims:\n      role:", "    claims:\n      ‸\n      role:"]));
    expect(offered.find(({ label }) => label === "a sealed claim")?.insertText).toBe(
      "${1:legal_name}:\n  value: ${2:staff.legalName}\n  sealFor:\n    - ${3:care-api}\n  effect: ${4|informs,grants,restricts|}",
    );
  });

  test("a key says what it is and which values it has", async () => {
    const text = await hover(edited(MAP, ["class: open", "cl‸ass: open"]));
    expect(text).toContain("How private it is.\n\nRequired.");
    expect(text).toContain("* `sensitive`");
  });

  test("tests of a map have a schema too", async () => {
    const written = `# yaml-language-server: $schema=../schema/claim-map-test.v1.json
version: 1
map: clinic.claims.yaml
clock: "2026-11-22T10:00:00Z"
cases:
  - name: a nurse
    event: { client: web1, sub: "1" }
    expect:
      profil: people
`;
    const uri = newUri("claims.test.yaml");
    const diagnostics = await client.open(uri, written);
    expect(diagnostics.map(({ message }) => message)).toEqual(["Property profil is not allowed."]);
    const answer = await client.request("textDocument/hover", {
      textDocument: { uri },
      position: { line: 3, character: 2 },
    });
    expect((answer as Hover)?.contents.value).toContain("When everything happens");
  });

  test("an expression, a default and an example are explained", async () => {
    expect(await hover(edited(MAP, ["value: staff", "va‸lue: staff"]))).toContain("Write a CEL expression in quotes.");
    expect(await hover(edited(MAP, ["table: staff", "ta‸ble: staff"]))).toContain("or `${env:NAME}`");
  });
});

if (installed === null)
  notHere("a YAML language server has the schema of claim maps", "not installed (node tools/engines.mjs)");
