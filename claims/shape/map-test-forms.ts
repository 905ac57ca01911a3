import type { Form } from "./shape.ts";

/** RFC 3339, section 5.6, `date-time`. */
export const INSTANT: Form = {
  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  is: "an instant",
  example: "2026-11-22T10:00:00Z",
};

/** What stands in `${env:NAME}`. */
export const VARIABLE_NAME: Form = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  is: "a variable's name",
  example: "STAFF_TABLE",
  made: "letters, digits and `_`",
};
