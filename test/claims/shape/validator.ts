import { Ajv, type ValidateFunction } from "ajv";
import type { JsonSchema } from "../../../claims/shape/json-schema.ts";

/** Strict: a keyword that means nothing, or nothing where it stands, is an error. Editors' own are named. */
export function validator(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv({ strict: true, allErrors: true });
  ajv.addVocabulary(["markdownDescription", "defaultSnippets", "patternErrorMessage"]);
  return ajv.compile(schema);
}
