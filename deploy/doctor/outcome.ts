import { CODES, type Code, type Level } from "./codes.ts";

/** What a check found. */
export type Finding = {
  readonly code: Code;
  readonly level: Level;
  /** Steps to the place in the export, by names people know: `["clients", "clinic-web", "AllowedOAuthScopes"]`. */
  readonly place: readonly string[];
  /** What is wrong there, on one line. Names and settings, never a value of an attribute or a variable. */
  readonly reason: string;
  readonly remedy: string;
};

/** Checks that could not be made of a place, and why. It is not known whether anything is wrong there. */
export type Unchecked = {
  readonly codes: readonly Code[];
  readonly place: readonly string[];
  readonly reason: string;
};

/** What checks come to. Nothing at all where everything was looked at and is as it should be. */
export type Outcome = Finding | Unchecked;

export function found(code: Code, place: readonly string[], reason: string): Finding {
  const { level, remedy } = CODES[code];
  return { code, level, place, reason, remedy };
}

export function unchecked(codes: readonly Code[], place: readonly string[], reason: string): Unchecked {
  return { codes, place, reason };
}

export function isFinding(outcome: Outcome): outcome is Finding {
  return "code" in outcome;
}
