import type { Faults, Run, RunTests, SaveTest, Texts, Turn } from "./messages.ts";

/** What the page can ask for with a body, each with its address. */
export type Asked =
  | { readonly what: "run"; readonly body: Run }
  | { readonly what: "turn"; readonly body: Turn }
  | { readonly what: "test"; readonly body: SaveTest }
  | { readonly what: "run-tests"; readonly body: RunTests };

export const ASKED: readonly Asked["what"][] = ["run", "turn", "test", "run-tests"];

/** Reads a request's body; null where it is not of the form that `messages.ts` says. What it has besides is left out. */
export function readAsked(what: Asked["what"], body: unknown): Asked | null {
  if (!isMap(body)) return null;
  if (what === "run-tests") {
    const { example, map } = body;
    return typeof example === "string" && typeof map === "string" ? { what, body: { example, map } } : null;
  }
  const texts = textsOf(body);
  if (texts === null) return null;
  if (what === "turn") {
    const to = turnOf(body["to"]);
    return to && { what, body: { ...texts, to } };
  }
  const faults = faultsOf(body["faults"]);
  if (faults === null) return null;
  if (what === "run") return { what, body: { ...texts, faults } };
  const { name } = body;
  return typeof name === "string" && name.trim() !== "" ? { what, body: { ...texts, faults, name } } : null;
}

function textsOf({ map, event, rows, setting }: Fields): Texts | null {
  const texts = { map, event, rows, setting };
  return Object.values(texts).every((text) => typeof text === "string") ? (texts as Texts) : null;
}

function faultsOf(value: unknown): Faults | null {
  if (!isMap(value)) return null;
  return Object.values(value).every((each) => typeof each === "string") ? (value as Faults) : null;
}

function turnOf(value: unknown): Turn["to"] | null {
  if (!isMap(value)) return null;
  const { events, grant, refresh } = value;
  const fits =
    [undefined, "V1", "V2", "V3"].includes(events as string) &&
    [undefined, "user", "client_credentials"].includes(grant as string) &&
    [undefined, true, false].includes(refresh as boolean);
  if (!fits) return null;
  const given = Object.entries({ events, grant, refresh }).filter(([, each]) => each !== undefined);
  return Object.fromEntries(given);
}

type Fields = { readonly [name: string]: unknown };

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
