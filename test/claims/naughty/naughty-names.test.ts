import { expect, test } from "vitest";
import { checkNames } from "../../../claims/checks/names.ts";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { mapWith } from "../a-map-text.ts";
import { NAUGHTY, UNSEEN, watchPrototypes } from "./naughty-strings.ts";

watchPrototypes();

/** What names something, the change that makes a map with such a name, `§`, and the naughty strings it may be. */
type Place = readonly [what: string, old: string, changed: string, takes: (name: string) => boolean];

const isWord = (name: string): boolean => /^[A-Za-z_]\w{0,63}$/.test(name) && !isPoisoned(name);
const isPoisoned = (name: string): boolean => /^(?:__proto__|constructor|prototype)$/.test(name);
const isCelWord = (name: string): boolean => /^(?:null|true)$/.test(name);
const isDashed = (name: string): boolean => /^\w[\w-]{0,63}$/.test(name) && !isPoisoned(name);
const isAttribute = (name: string): boolean =>
  name.trim() !== "" && name.length <= 255 && !UNSEEN.includes(name) && !isPoisoned(name) && !/\n|^<<$/.test(name);
const isVariable = (name: string): boolean => name === "${env:HOME}";
const isPrintable = (name: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name);

const places: readonly Place[] = [
  [
    "an input of the person's",
    "  user.email:",
    '  "user.§": { type: string, class: open }\n  user.email:',
    (name) => /^\S+$/.test(name) && !UNSEEN.includes(name),
  ],
  [
    "an input of the caller's",
    "  user.email:",
    '  "client.metadata.§": { type: string, class: open }\n  user.email:',
    (name) => /^\S+$/.test(name) && !UNSEEN.includes(name),
  ],
  ["a source", "  partner:\n", '  "§":\n', (name) => isWord(name) && !isCelWord(name)],
  ["an attribute", "      level: { type: int, class: open }\n", '      "§": { type: int, class: open }\n', isAttribute],
  [
    "a field",
    "      level: { type: int, class: open }\n",
    '      level:\n        type: map\n        class: open\n        fields:\n          "§": { type: int }\n',
    isAttribute,
  ],
  ["a key attribute", 'key: { pk: "STAFF#{user.sub}" } }', 'key: {\n      "§": "STAFF#{user.sub}" } }', isAttribute],
  ["a definition", "resourceServers:\n", 'define:\n  "§": staff.level\nresourceServers:\n', isWord],
  [
    "a claim set",
    "resourceServers:\n",
    'claimSets:\n  "§":\n    refuse: [{ when: staff.level > 1, code: LEVEL }]\nresourceServers:\n',
    isWord,
  ],
  [
    "a partition name",
    "resourceServers:\n",
    'partition:\n  by: staff.role\n  nurse: {\n    "§": eu }\nresourceServers:\n',
    isWord,
  ],
  ["a resource server", "  care-api:\n", '  "§":\n', isDashed],
  ["a profile", "  people:\n", '  "§":\n', isDashed],
  [
    "a claim",
    "      role: { value: staff.role, to: [access, id], effect: grants }\n",
    '      "§": { value: staff.role, to: [access, id], effect: grants }\n',
    (name) => /^[A-Za-z0-9_:./-]+$/.test(name) && !isPoisoned(name),
  ],
  [
    "a hook",
    '    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }\n',
    '    custom:\n      "§"\n',
    (name) => /^[A-Za-z_]\w{0,63}$/.test(name),
  ],
  [
    "a scope",
    "    scopes: [read, write]\n",
    '    scopes: [\n      "§", write]\n',
    (name) => isPrintable(name) && !isVariable(name) && !name.includes("/") && name.length <= 256,
  ],
  [
    "a scope that is added",
    "      - { add: [care/read] }\n",
    '      - { add: [\n          "§"] }\n',
    (name) => isPrintable(name) && !isVariable(name) && name.length <= 512,
  ],
  [
    "a claim set that is used",
    "    groups: strip\n",
    '    groups: strip\n    use: [\n      "§"]\n',
    (name) => /^[A-Za-z_]\w{0,63}$/.test(name),
  ],
  [
    "a client",
    "clients: [web1] }",
    'clients: [\n      "§"] }',
    (name) => isVariable(name) || /^(?:\*|[A-Za-z0-9_+]{1,128})$/.test(name),
  ],
];

/** The errors of shape and names where the name stands, in a map that is sound but for it. */
function errorsAt([, old, changed]: Place, name: string): readonly string[] {
  const written = JSON.stringify(name).slice(1, -1);
  const text = mapWith([old, changed.replace("§", () => written)]);
  const line =
    mapWith([old, changed])
      .split("\n")
      .findIndex((each) => each.includes("§")) + 1;
  const { read, findings } = readClaimMap(text);
  const found = [...findings, ...(read === null ? [] : checkNames(read))];
  return found.flatMap((each) => (each.line === line ? [`${each.code} ${each.level}`] : []));
}

test.for(places)("%s takes a naughty string for a name, or says with a code and a place that it does not", (place) => {
  const [, , , takes] = place;
  const verdicts = NAUGHTY.map((name) => [JSON.stringify(name), errorsAt(place, name).length === 0]);
  expect(verdicts).toEqual(NAUGHTY.map((name) => [JSON.stringify(name), takes(name)]));
});
