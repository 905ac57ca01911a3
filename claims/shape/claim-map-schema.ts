import { claimMapShape } from "./claim-map-shape.ts";
import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import type { Sketches } from "./schema-snippets.ts";

const clear = { value: "staff.role", to: ["access"], effect: "informs" };

const sketches: Sketches = {
  input: [
    {
      label: "a personal attribute of Cognito's",
      name: "user.email",
      holds: { type: "string", class: "pii", maxLength: 120, purpose: "shown to the person" },
    },
    {
      label: "a value the caller hands over",
      name: "client.metadata.clinic",
      holds: { type: "string", class: "open", maxLength: 40 },
    },
  ],
  source: [
    {
      label: "one row of a table",
      name: "staff",
      holds: {
        dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" } },
        trust: "operator",
        onMissing: "deny",
        onError: "deny",
        attributes: { role: { type: "string", class: "open", maxLength: 40 } },
      },
    },
    {
      label: "several rows of a table",
      name: "memberships",
      holds: {
        dynamodb: { table: "memberships", query: { key: { pk: "MEMBER#{user.sub}" }, limit: 50, onMore: "deny" } },
        trust: "operator",
        onMissing: "deny",
        onError: "deny",
        attributes: { role: { type: "string", class: "open", maxLength: 40 } },
      },
    },
  ],
  attribute: [
    { label: "an open attribute", name: "role", holds: { type: "string", class: "open", maxLength: 40 } },
    {
      label: "a private attribute",
      name: "legalName",
      holds: { type: "string", class: "pii", maxLength: 80, purpose: "signature under reports" },
    },
  ],
  "resource server": [
    {
      label: "an API with sealed claims",
      name: "care-api",
      holds: {
        identifier: "care-api",
        scopes: ["chart.read"],
        readers: ["${env:CARE_ROLE_ARN}"],
        seal: { key: "${env:CARE_KEY_ARN}", region: "eu-central-1" },
      },
    },
    {
      label: "an API without sealed claims",
      name: "care-api",
      holds: { identifier: "care-api", scopes: ["chart.read"] },
    },
  ],
  profile: [
    {
      label: "a profile for people",
      name: "people",
      holds: {
        match: { grants: ["user"], clients: ["${env:WEB_CLIENT}"] },
        idToken: { keep: ["email"] },
        groups: "strip",
        selfServiceScopes: "strip",
        claims: { role: clear },
      },
    },
    {
      label: "a profile for machines",
      name: "machines",
      holds: {
        match: { grants: ["client_credentials"], clients: ["${env:JOB_CLIENT}"] },
        claims: { role: clear },
      },
    },
  ],
  claim: [
    { label: "a claim in the clear", name: "role", holds: clear },
    {
      label: "a sealed claim",
      name: "legal_name",
      holds: { value: "staff.legalName", sealFor: ["care-api"], effect: "informs" },
    },
  ],
};

/** `schema/claim-map.v1.json`: what editors complete and check `*.claims.yaml` with while it is written. */
export const claimMapSchema: JsonSchema = jsonSchema(claimMapShape, {
  title: "Claim map",
  id: "urn:claimseal:claim-map:v1",
  sketches,
});
