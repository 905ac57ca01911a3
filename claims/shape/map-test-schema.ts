import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import { mapTestShape } from "./map-test-shape.ts";

/** `schema/claim-map-test.v1.json`: what editors complete and check `*.claims.test.yaml` with while it is written. */
export const mapTestSchema: JsonSchema = jsonSchema(mapTestShape, {
  title: "Tests of a claim map",
  id: "urn:claimseal:claim-map-test:v1",
});
