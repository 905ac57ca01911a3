import type { JsonValue } from "../../cognito/json.ts";
import { type JsonText, problem } from "./json-text.ts";
import type { Diagnostic } from "./messages.ts";

/** What there is besides map, event and rows, as a map test has it. */
export type Setting = {
  readonly env: { readonly [name: string]: string };
  /** An instant, RFC 3339. */
  readonly clock: string;
  readonly hooks: { readonly [hook: string]: JsonValue };
  readonly chain: { readonly [source: string]: JsonValue };
};

const KEYS = ["env", "clock", "hooks", "chain"];

/** Reads the page's setting; null where it cannot be used. */
export function readSetting(
  text: JsonText,
  now: () => number = Date.now,
): { readonly setting: Setting | null; readonly diagnostics: readonly Diagnostic[] } {
  const { value } = text;
  if (value === undefined) return { setting: null, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const wrong = (path: readonly string[], message: string, remedy: string): void => {
    diagnostics.push(problem("setting", text.at(path), message, remedy));
  };
  if (!isMap(value)) {
    wrong([], "the setting is a map", 'Write `{ "env": {} }`.');
    return { setting: null, diagnostics };
  }
  for (const key of Object.keys(value).filter((each) => !KEYS.includes(each))) {
    wrong([key], "the setting has no such key", `There are: ${KEYS.join(", ")}.`);
  }
  const { env = {}, clock, hooks = {}, chain = {} } = value;
  if (!isMap(env)) wrong(["env"], "variables are a map by name", 'Write `"env": { "NAME": "VALUE" }`.');
  const texts = Object.entries(isMap(env) ? env : {});
  for (const [name, each] of texts) {
    if (typeof each !== "string") wrong(["env", name], "a variable is a text", 'Write `"NAME": "VALUE"`.');
  }
  if (clock !== undefined && !(typeof clock === "string" && isInstant(clock))) {
    wrong(["clock"], "the clock is an instant", 'Write `"2026-11-22T10:00:00Z"`, or leave it out for now.');
  }
  for (const [key, answers] of Object.entries({ hooks, chain })) {
    const answersAreRows = isMap(answers) && Object.values(answers).every((each) => each === null || isMap(each));
    if (!answersAreRows)
      wrong([key], "each answer is a row, or null for none", `Write \`"${key}": { "NAME": null }\`.`);
  }
  if (diagnostics.length > 0) return { setting: null, diagnostics };
  // The clock of a map test has no parts of seconds.
  const at = typeof clock === "string" ? clock : new Date(now()).toISOString().replace(/\.\d+Z$/, "Z");
  return { setting: { env, clock: at, hooks, chain } as Setting, diagnostics };
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

function isMap(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
