import { type Examined, examineClaimMap } from "../../claims/examine.ts";
import type { Finding } from "../../claims/finding.ts";
import type { Plan } from "../../claims/plan.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";
import type { Diagnostic, Location } from "./messages.ts";
import { wordAt } from "./places.ts";

/** The map one edits, as far as it can be read. */
export type PlayedMap = Pick<Examined, "read" | "known"> & {
  /** Null where a finding leaves nothing to run. */
  readonly plan: Plan | null;
  /** The check refuses it, and it can be run all the same, to see what would leak. */
  readonly unsafe: boolean;
  /** The place of a part; of what is around it, if there is no such part. Null where nothing can be read. */
  readonly at: (path: readonly string[]) => Location | null;
  readonly diagnostics: readonly Diagnostic[];
};

/** Leaks (CS4xx), escalations (CS5xx) and tokens that may grow too large (CS6xx) are wrong with a map that is whole. */
const WHOLE = /^CS[456]/;

/** Examines a map. Never throws, whatever the text. */
export function readPlayedMap(text: string, today: string): PlayedMap {
  const { findings, read, known, compile } = examineClaimMap(text, { envelopeBytes: sealedSize, today });
  const errors = findings.filter(({ level }) => level === "error");
  const isWhole = errors.every(({ code }) => WHOLE.test(code));
  const plan = compile && isWhole ? compiled(compile) : null;
  return {
    read,
    known,
    plan,
    unsafe: plan !== null && errors.length > 0,
    at: (path) => read && { text: "map", ...wordAt(text, read.at(path)) },
    diagnostics: findings.map((each) => diagnostic(text, each)),
  };
}

/** A plan beside errors is more than `compile` promises. */
function compiled(compile: () => Plan): Plan | null {
  try {
    return compile();
  } catch {
    return null;
  }
}

function diagnostic(text: string, { code, level, line, column, message, fix }: Finding): Diagnostic {
  const { from, to } = wordAt(text, { line, column });
  return { text: "map", from, to, code, severity: level, message, remedy: fix, flow: flowIn(code, message) };
}

/** The way of a value, which findings of flows have at their end: `what is wrong: staff.phone -> ... -> access token`. */
function flowIn(code: string, message: string): readonly string[] {
  const start = message.indexOf(": ");
  if (!/^CS[45]/.test(code) || start < 0 || !message.includes(" -> ")) return [];
  return message.slice(start + 2).split(" -> ");
}
