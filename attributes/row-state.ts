import type { Covers } from "../claims/gather/bounds.ts";
import { readDeclared } from "../claims/gather/declared-value.ts";
import type { Class, Declaration } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";
import { jsonOf } from "./json-of.ts";
import type { StoredRow } from "./row-store.ts";
import { shapeOf } from "./value-shape.ts";

/** What a sign-in would make of an attribute; an absent one may have a default. */
export type AttributeState = "valid" | "invalid" | "absent";

export type StoredAttribute = {
  readonly state: AttributeState;
  readonly class: Class;
  readonly purpose: string | null;
  /** Its type and length, as the table has it. */
  readonly shape: string | null;
  /** As the table has it, valid or not; undefined where it is absent. */
  readonly value: JsonValue | undefined;
};

/** Every declared attribute of a row, by name. */
export function attributesOf(
  declarations: { readonly [name: string]: Declaration },
  { attributes }: StoredRow,
  covers: Covers,
): { readonly [name: string]: StoredAttribute } {
  return Object.fromEntries(
    Object.entries(declarations).map(([name, declaration]) => {
      const raw = attributes.get(name);
      const isThere = attributes.has(name);
      return [
        name,
        {
          state: stateOf(declaration, isThere, raw, covers),
          class: declaration.class,
          purpose: declaration.purpose ?? null,
          shape: isThere ? shapeOf(raw) : null,
          value: isThere ? jsonOf(raw) : undefined,
        },
      ];
    }),
  );
}

function stateOf(declaration: Declaration, isThere: boolean, raw: unknown, covers: Covers): AttributeState {
  if (!isThere) return "absent";
  return readDeclared(declaration, raw, { covers }).state === "present" ? "valid" : "invalid";
}
