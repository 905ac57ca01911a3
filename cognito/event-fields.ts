import { CognitoError } from "./cognito-error.ts";
import { type Fields, isFields } from "./own-fields.ts";

/** A part of an event that has to be an object. `place` is where it stands: `request.attributes`. */
export function fields(value: unknown, place: string): Fields {
  if (!isFields(value)) throw malformed(place, "an object");
  return value;
}

/** A part of an event that has to be text, and some. */
export function text(value: unknown, place: string): string {
  if (typeof value !== "string" || value === "") throw malformed(place, "text that is not empty");
  return value;
}

/** What is wrong with an event: the place alone, never what stands there. */
export function malformed(place: string, expected: string): CognitoError {
  return new CognitoError("EVENT_MALFORMED", `${place}: expected ${expected}`);
}
