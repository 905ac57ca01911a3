import type { CodeExamples } from "./code-example.ts";

/** CS4xx: who gets to see what. */
export const PRIVACY_EXAMPLES: CodeExamples = {
  CS401: {
    broken: `
profiles:
  people:
    claims:
      phone: { value: staff.phone, to: [access], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      phone: { value: staff.phone, sealFor: [care-api], effect: informs }
`,
  },
  CS402: {
    broken: `
profiles:
  people:
    scopes:
      - { add: [care/write], when: 'staff.blood == "0-"' }
`,
    mended: `
profiles:
  people:
    scopes:
      - { add: [care/write], when: 'staff.role == "physician"' }
`,
  },
  CS403: {
    broken: `
profiles:
  people:
    claims:
      blood: { value: staff.blood, to: [id] }
`,
    mended: `
profiles:
  people:
    claims:
      blood: { value: staff.blood, sealFor: [care-api], effect: informs }
`,
  },
  CS404: {
    broken: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], sealFor: [care-api], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: informs }
      level_checked: { value: staff.level, sealFor: [care-api], effect: informs }
`,
  },
  CS405: {
    broken: `
sources:
  staff:
    residency: [eu-west-1]   # care-api's key is in eu-central-1
`,
    mended: `
sources:
  staff:
    residency: [eu-west-1, eu-central-1]
`,
  },
  CS406: {
    broken: `
inputs:
  user.groups: { type: list<string>, class: pii, maxItems: 5, maxLength: 20, purpose: "menus" }
profiles:
  people:
    groups: keep
`,
    mended: `
inputs:
  user.groups: { type: list<string>, class: pii, maxItems: 5, maxLength: 20, purpose: "menus" }
profiles:
  people:
    groups: { access: strip, id: keep }
`,
  },
  CS407: {
    broken: `
inputs:
  user.email: { type: string, class: open, maxLength: 60 }
`,
    mended: `
inputs:
  user.email: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
`,
  },
  CS408: {
    broken: `
inputs:
  user.custom:badge: { type: string, class: open, maxLength: 12 }   # who may write it is not said
sources:
  locker:
    dynamodb: { table: lockers, key: { pk: '{user["custom:badge"]}' } }
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
  CS409: {
    broken: `
profiles:
  people:
    claims:
      phone_end:
        value: last(staff.phone, 2)
        to: [access]
        effect: informs
        declassify:
          of: [staff.phone, user.email]   # the claim does not read the second
          through: last
          to: open
          reason: told apart on the switchboard
          approvedBy: dpo@example.eu
`,
    mended: `
profiles:
  people:
    claims:
      phone_end:
        value: last(staff.phone, 2)
        to: [access]
        effect: informs
        declassify:
          of: [staff.phone]
          through: last
          to: open
          reason: told apart on the switchboard
          approvedBy: dpo@example.eu
`,
  },
  CS410: {
    broken: `
sources:
  exposures:
    dynamodb: { table: exposures, query: { index: by-person, key: { person: "{user.sub}" }, limit: 3, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      agent: { type: string, class: sensitive, maxLength: 12, purpose: "exposure protocol" }
profiles:
  people:
    claims:
      agents: { value: "exposures.map(e, e.agent)", sealFor: [care-api], effect: informs }
`,
    mended: `
sources:
  exposures:
    dynamodb: { table: exposures, query: { key: { person: "{user.sub}" }, limit: 3, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      agent: { type: string, class: sensitive, maxLength: 12, purpose: "exposure protocol" }
profiles:
  people:
    claims:
      agents: { value: "exposures.map(e, e.agent)", sealFor: [care-api], effect: informs }
`,
  },
};
