import { record, text } from "./kinds.ts";
import type { Key, RecordShape } from "./shape.ts";

/** What every case of a test file begins with, whoever it is about. */
export const caseName: Key = { kind: text, required: true, about: "what it shows, in a sentence" };

/** A case's event, by its short form or a file; `hint` shows both. */
export function caseEvent(short: RecordShape, hint: string): Key {
  const kind = { kind: "either", choice: text, record: short, hint } as const;
  return { kind, required: true, about: "the event, in short or as a file" };
}

/** What is expected of a case. */
export function caseExpectation(shape: RecordShape): Key {
  return { kind: record(shape), required: true, about: "what is expected" };
}
