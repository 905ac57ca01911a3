import type { Expr, Plan, PlanClaim, PlanProfile } from "../../claims/plan.ts";
import type { Subject } from "../../cognito/subject.ts";

/** A small plan to vary: one source, one resource server, one profile. */
export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    name: "demo",
    revision: "1",
    events: "V2",
    usernames: "opaque",
    inputs: {
      user: { email: { type: "string", class: "pii", trust: "user" } },
      metadata: { wish: { type: "string", class: "open", trust: "caller" } },
    },
    patterns: [],
    sources: {
      staff: {
        kind: "row",
        trust: "operator",
        table: "staff",
        key: { pk: ["STAFF#", { ref: ["user", "sub"] }] },
        consistent: true,
        onMissing: "deny",
        onError: "deny",
        attributes: {
          role: { type: "string", class: "open" },
          limit: { type: "int", class: "open" },
          phone: { type: "string", class: "pii", maxLength: 20 },
        },
      },
    },
    resourceServers: {
      "care-api": {
        identifier: "care",
        scopes: ["read", "write"],
        readers: [],
        claim: "sealed_care_api",
        seal: { key: "arn:aws:kms:eu-central-1:111122223333:key/care", region: "eu-central-1", mode: "envelope" },
      },
    },
    profiles: [aProfile()],
    unmatched: "deny",
    limits: { accessToken: 5000, idToken: 5000, onOversize: "deny" },
    approvals: [],
    ...changes,
  };
}

export function aProfile(changes: Partial<PlanProfile> = {}): PlanProfile {
  return {
    name: "people",
    grants: ["user"],
    clients: ["web"],
    idToken: { keep: ["email"] },
    groups: { access: "strip", id: "strip" },
    selfServiceScopes: "strip",
    refuse: [],
    claims: [],
    scopes: [],
    envelopes: [],
    reads: [{ staff: ["role"] }],
    maxBytes: { access: null, id: null },
    needs: { tenant: false, partition: false, pseudonyms: false },
    ...changes,
  };
}

export function aClaim(name: string, value: Expr, changes: Partial<PlanClaim> = {}): PlanClaim {
  return {
    name,
    value,
    to: ["access"],
    sealFor: [],
    effect: "informs",
    required: false,
    type: "string",
    class: "open",
    trust: "operator",
    maxBytes: null,
    ...changes,
  };
}

export const SUB = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";

export function aSubject(changes: Partial<Subject> = {}): Subject {
  return {
    shape: "V2",
    poolId: "eu-central-1_Example01",
    region: "eu-central-1",
    clientId: "web",
    grant: "user",
    trigger: "TokenGeneration_HostedAuth",
    userName: SUB,
    sub: SUB,
    attributes: new Map([
      ["sub", SUB],
      ["email", "nora@example.com"],
      ["phone_number", "+12065550100"],
      ["custom:tenant", "blue"],
      ["cognito:user_status", "CONFIRMED"],
    ]),
    groups: [],
    groupConfiguration: null,
    scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
    metadata: new Map(),
    ...changes,
  };
}

export function aMachine(changes: Partial<Subject> = {}): Subject {
  return aSubject({
    grant: "client_credentials",
    trigger: "TokenGeneration_ClientCredentials",
    clientId: "machine",
    userName: "ClientCredentials",
    sub: "machine",
    attributes: new Map(),
    scopes: ["care/read"],
    ...changes,
  });
}
