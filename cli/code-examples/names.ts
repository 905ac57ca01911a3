import type { CodeExamples } from "./code-example.ts";

/** CS2xx: names. */
export const NAME_EXAMPLES: CodeExamples = {
  CS201: {
    broken: `
profiles:
  people:
    claims:
      scope: { value: staff.role, to: [access], effect: informs }   # Cognito would drop it
`,
    mended: `
profiles:
  people:
    claims:
      position: { value: staff.role, to: [access], effect: informs }
`,
  },
  CS202: {
    broken: `
profiles:
  people:
    claims:
      pool: { value: staff.phone, sealFor: [care-api], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      car_pool: { value: staff.phone, sealFor: [care-api], effect: informs }
`,
  },
  CS203: {
    broken: `
profiles:
  people:
    claims:
      sealed_level: { value: staff.level, to: [access], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      level_seal: { value: staff.level, to: [access], effect: informs }
`,
  },
  CS204: {
    broken: `
profiles:
  people:
    claims:
      "the role": { value: staff.role, to: [access], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      the_role: { value: staff.role, to: [access], effect: informs }
`,
  },
  CS205: {
    broken: `
profiles:
  people:
    claims:
      Level: { value: staff.role, to: [access], effect: informs }   # there is a \`level\`
`,
    mended: `
profiles:
  people:
    claims:
      position: { value: staff.role, to: [access], effect: informs }
`,
  },
  CS206: {
    broken: `
resourceServers:
  care_api:   # both would be \`sealed_care_api\`
    identifier: chart
    scopes: [read]
`,
    mended: `
resourceServers:
  chart-api:
    identifier: chart
    scopes: [read]
`,
  },
  CS207: {
    broken: `
sources:
  tenant:
    dynamodb: { table: tenants, key: { pk: "{client.id}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      plan: { type: int, class: open }
profiles:
  machines:
    claims:
      plan: { value: tenant.plan, to: [access], effect: grants }
`,
    mended: `
sources:
  customer:
    dynamodb: { table: tenants, key: { pk: "{client.id}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      plan: { type: int, class: open }
profiles:
  machines:
    claims:
      plan: { value: customer.plan, to: [access], effect: grants }
`,
  },
  CS208: {
    broken: `
profiles:
  "night shift":
    match: { grants: [client_credentials], clients: [job2] }
`,
    mended: `
profiles:
  night-shift:
    match: { grants: [client_credentials], clients: [job2] }
`,
  },
  CS209: {
    broken: `
profiles:
  people:
    claims:
      phone: { value: staff.phone, sealFor: [billing-api], effect: informs }   # no such server
`,
    mended: `
profiles:
  people:
    claims:
      phone: { value: staff.phone, sealFor: [care-api], effect: informs }
`,
  },
  CS210: {
    broken: `
resourceServers:
  billing-api:
    identifier: care
    scopes: [invoice]
`,
    mended: `
resourceServers:
  billing-api:
    identifier: billing
    scopes: [invoice]
`,
  },
  CS211: {
    broken: `
claimSets:
  everybody:
    claims:
      position: { value: staff.role, to: [id] }
profiles:
  people:
    use: [everyone]
`,
    mended: `
claimSets:
  everybody:
    claims:
      position: { value: staff.role, to: [id] }
profiles:
  people:
    use: [everybody]
`,
  },
  CS212: {
    broken: `
claimSets:
  everybody:
    claims:
      role: { value: staff.role, to: [id] }
profiles:
  people:
    use: [everybody]   # it has a \`role\` of its own
`,
    mended: `
claimSets:
  everybody:
    claims:
      position: { value: staff.role, to: [id] }
profiles:
  people:
    use: [everybody]
`,
  },
};
