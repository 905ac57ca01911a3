import { claimMapShape } from "./claim-map-shape.ts";
import { type JsonSchema, jsonSchema } from "./json-schema.ts";

/** `schema/claim-map.v1.json`: what editors complete and check `*.claims.yaml` with while it is written. */
export const claimMapSchema: JsonSchema = jsonSchema(claimMapShape, {
  title: "Claim map",
  id: "urn:claimseal:claim-map:v1",
  sketches: {
    source: [
      { label: "a source: one row of a table", name: "staff", keys: ["dynamodb.key"] },
      { label: "a source: several rows of a table", name: "memberships", keys: ["dynamodb.query"] },
    ],
    attribute: [
      { label: "an open attribute", name: "role", keys: ["maxLength"] },
      { label: "a personal attribute", name: "phone", keys: ["purpose", "maxLength"] },
    ],
    "resource server": [
      { label: "a resource server", name: "reports", keys: [] },
      { label: "a resource server with sealed claims", name: "care-api", keys: ["readers", "seal"] },
    ],
    profile: [
      {
        label: "a profile for people",
        name: "people",
        keys: ["idToken.keep", "groups", "selfServiceScopes", "claims.to", "claims.effect"],
      },
      { label: "a profile for machines", name: "machines", keys: ["claims.to", "claims.effect"] },
    ],
    claim: [
      { label: "a claim in the clear", name: "role", keys: ["to", "effect"] },
      { label: "a sealed claim", name: "phone", keys: ["sealFor", "effect"] },
    ],
  },
});
