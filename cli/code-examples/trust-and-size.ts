import type { CodeExamples } from "./code-example.ts";

/** CS5xx: who may decide what is allowed. CS6xx: how large it gets. */
export const TRUST_AND_SIZE_EXAMPLES: CodeExamples = {
  CS501: {
    broken: `
inputs:
  client.metadata.ward: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    claims:
      ward: { value: client.metadata.ward, to: [access], effect: grants }
`,
    mended: `
inputs:
  client.metadata.ward: { type: string, class: open, maxLength: 12 }
sources:
  staff:
    attributes:
      wards: { type: list<string>, class: open, maxItems: 5, maxLength: 12 }
tenant: { requested: client.metadata.ward, allowed: staff.wards, otherwise: deny }
profiles:
  people:
    claims:
      ward: { value: tenant.id, to: [access], effect: grants }
`,
  },
  CS502: {
    broken: `
inputs:
  client.metadata.person: { type: string, class: open, maxLength: 36 }
sources:
  locker:
    dynamodb: { table: lockers, key: { pk: "{client.metadata.person}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: pii, maxLength: 8, purpose: "opens the locker" }
profiles:
  people:
    claims:
      locker: { value: locker.code, sealFor: [care-api], effect: informs }
`,
    mended: `
sources:
  locker:
    dynamodb: { table: lockers, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: pii, maxLength: 8, purpose: "opens the locker" }
profiles:
  people:
    claims:
      locker: { value: locker.code, sealFor: [care-api], effect: informs }
`,
  },
  CS503: {
    broken: `
inputs:
  client.metadata.ward: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    claims:
      ward:
        value: client.metadata.ward
        to: [access]
        effect: grants
        endorse:
          of: [client.metadata.ward, client.metadata.floor]   # the claim does not read the second
          reason: the pool has one client, which is ours
          approvedBy: security@example.eu
`,
    mended: `
inputs:
  client.metadata.ward: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    claims:
      ward:
        value: client.metadata.ward
        to: [access]
        effect: grants
        endorse:
          of: [client.metadata.ward]
          reason: the pool has one client, which is ours
          approvedBy: security@example.eu
`,
  },
  CS601: {
    broken: `
sources:
  staff:
    attributes:
      role: { type: string, class: open }
`,
    mended: `
sources:
  staff:
    attributes:
      role: { type: string, class: open, maxLength: 20 }
`,
  },
  CS602: {
    broken: `
sources:
  staff:
    attributes:
      note: { type: string, class: open, maxLength: 3000 }
profiles:
  people:
    claims:
      note: { value: staff.note, to: [access], effect: informs }
limits: { accessToken: 3000, idToken: 3000 }
`,
    mended: `
sources:
  staff:
    attributes:
      note: { type: string, class: open, maxLength: 60 }
profiles:
  people:
    claims:
      note: { value: staff.note, to: [access], effect: informs }
limits: { accessToken: 3000, idToken: 3000 }
`,
  },
  CS603: {
    broken: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 4090, purpose: "called in an emergency" }
limits: { accessToken: 16000, idToken: 3000 }
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
limits: { accessToken: 16000, idToken: 3000 }
`,
    also: ["CS606"],
  },
  CS604: {
    broken: `
inputs:
  user.email: { type: string, class: pii, maxLength: 2000, purpose: "shown to the person" }
`,
    mended: `
inputs:
  user.email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }
`,
  },
  CS605: {
    broken: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 800, purpose: "called in an emergency" }
resourceServers:
  care-api:
    consumers: [cookie]
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
resourceServers:
  care-api:
    consumers: [cookie]
`,
  },
  CS606: {
    broken: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 800, purpose: "called in an emergency" }
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
`,
  },
};
