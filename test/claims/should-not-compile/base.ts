// The parts of a map that the other files of this folder add one claim to.
export const head = { version: 1, name: "coded", revision: "1", pool: { events: "V3", usernames: "opaque" } } as const;
export const inputs = {
  "user.email": { type: "string", class: "pii", maxLength: 20, purpose: "shown" },
  "user.custom:tier": { type: "string", class: "open", maxLength: 20 },
} as const;
export const sources = {
  staff: {
    dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" } },
    trust: "operator",
    onMissing: "deny",
    onError: "deny",
    attributes: {
      role: { type: "string", class: "open", maxLength: 20 },
      phoneType: { type: "string", class: "open", maxLength: 20 },
      phone: { type: "string", class: "pii", maxLength: 20, purpose: "shown" },
      blood: { type: "string", class: "sensitive", maxLength: 20, purpose: "protocol" },
    },
  },
} as const;
export const resourceServers = {
  care: {
    identifier: "care",
    scopes: ["read"],
    seal: { key: "${env:CARE_KEY}", region: "eu-central-1" },
    readers: ["arn:aws:iam::111122223333:role/care"],
  },
} as const;
export const people = {
  match: { grants: ["user"], clients: ["web1"] },
  idToken: { keep: ["email"] },
  groups: "strip",
  selfServiceScopes: "strip",
} as const;
