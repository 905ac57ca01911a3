import type { Example, Start } from "../../local/playground/messages.ts";

/** What a server could have: examples by these names, with two sign-ins each. */
export function startOf(...names: readonly string[]): Start {
  return { examples: names.map(exampleOf), ceilings: [], language: { places: {}, functions: [] }, version: "0" };
}

function exampleOf(name: string): Example {
  return {
    name,
    title: `the ${name}`,
    map: `name: ${name}`,
    rows: '{ "table": [] }',
    setting: "{}",
    situations: [
      { name: "one", event: '{ "one": 1 }', faults: {} },
      { name: "two", event: '{ "two": 2 }', rows: '{ "table": [{}] }', faults: { staff: "unavailable" } },
    ],
  };
}
