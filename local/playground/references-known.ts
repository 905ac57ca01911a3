import { writePlanType } from "../../claims/language/plan-type.ts";
import { printReference } from "../../claims/language/reference.ts";
import type { ReferenceKnowledge } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";

/** What expressions of a map can read, its definitions included. Known for a map with errors as well. */
export function referencesKnown({ known, read }: Pick<PlayedMap, "known" | "read">): readonly ReferenceKnowledge[] {
  if (known === null || read === null) return [];
  const values = [...known.values.values()].map(
    ({ reference, declaration, trust }): ReferenceKnowledge => ({
      text: printReference(reference),
      type: writePlanType(declaration.type),
      class: declaration.class,
      trust,
      purpose: declaration.purpose ?? "",
    }),
  );
  const definitions = Object.entries(read.map.define).map(
    ([name, text]): ReferenceKnowledge => ({
      text: `def.${name}`,
      type: "definition",
      class: null,
      trust: "",
      purpose: text,
    }),
  );
  return [...values, ...definitions];
}
