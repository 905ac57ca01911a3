import type { Signed } from "../claim-map.ts";
import type { Choice, Form, Kind, RecordShape, ShapeOf, Text } from "./shape.ts";

/** The kinds a shape is written with. */
export const text: Text = { kind: "text" };
export const expression: Text = { kind: "text", as: "expression" };
export const bool: Kind = { kind: "bool" };

export const choice = (...of: readonly string[]): Choice => ({ kind: "choice", of });
export const formed = (form: Form): Text => ({ kind: "text", form });
export const infrastructure = (form: Form): Text => ({ kind: "text", form, as: "infrastructure" });
/** Infrastructure that may differ by partition. */
export const partitioned = (form: Form): Text => ({ kind: "text", form, as: "infrastructure", isPartitioned: true });
export const record = (shape: RecordShape): Kind => ({ kind: "record", record: shape });

export function list(of: Kind, least?: number): Kind {
  return { kind: "list", of, ...(least !== undefined && { least }) };
}

/** Whoever weakens a protection signs for it. */
export const signed: ShapeOf<Signed> = {
  about: "who decided this, and why",
  keys: {
    reason: { kind: text, required: true, about: "why, in one sentence" },
    approvedBy: { kind: text, required: true, about: "who approved it" },
  },
};
