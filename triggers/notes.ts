import type { Admission } from "../claims/admit.ts";
import type { ResolvedClaims } from "../claims/resolve/resolved-claims.ts";
import type { Subject } from "../cognito/subject.ts";
import type { Protected } from "./protect.ts";

/**
 * What is learned of one event on its way through the corridor, kept for its record. The steps add to it as they go, so
 * that an event refused half-way has a record of all that was known by then.
 */
export type Notes = {
  subject: Subject | null;
  admission: Admission | null;
  /** Sources whose row could not be read and for which one read before stood in. */
  readonly stale: { readonly source: string; readonly ageS: number }[];
  /** The chained function's answer to this event, once it was asked. */
  chained: Promise<unknown> | null;
  claims: ResolvedClaims | null;
  protected: Protected | null;
  /** Milliseconds left of the event's time; none before it has any. */
  leftMs: () => number;
  /** Milliseconds spent on reads, and on sealing. */
  readonly ms: { sources: number; seal: number };
};

export function noNotes(): Notes {
  return {
    subject: null,
    admission: null,
    stale: [],
    chained: null,
    claims: null,
    protected: null,
    leftMs: () => 0,
    ms: { sources: 0, seal: 0 },
  };
}
