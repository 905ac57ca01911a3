import type { CodeExamples } from "./code-example.ts";

/** CS8xx: sources. */
export const SOURCE_EXAMPLES: CodeExamples = {
  CS801: {
    broken: `
sources:
  staff:
    attributes:
      address: { type: string, class: pii, maxLength: 80, purpose: "letters" }
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
`,
  },
  CS802: {
    broken: `
inputs:
  user.name: { type: string, class: pii, maxLength: 80, purpose: "shown to the person" }
`,
    mended: `
inputs:
  user.name: { type: string, class: pii, maxLength: 80, purpose: "shown to the person" }
profiles:
  people:
    idToken: { keep: [email, name] }
`,
  },
  CS803: {
    broken: `
sources:
  orders:
    dynamodb: { table: orders, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      open: { type: int, class: open }
`,
    mended: `
sources:
  orders:
    dynamodb: { table: orders, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: empty
    onError: deny
    attributes:
      open: { type: int, class: open }
profiles:
  people:
    claims:
      open_orders: { value: orders.open, to: [access], effect: informs }
`,
  },
  CS804: {
    broken: `
sources:
  staff:
    onMissing: empty
    attributes:
      level: { type: int, class: open, default: 9 }   # the claim \`level\` restricts
`,
    mended: `
sources:
  staff:
    onMissing: deny
    attributes:
      level: { type: int, class: open, default: 9 }
`,
  },
  CS805: {
    broken: `
sources:
  home:
    dynamodb: { table: homes, key: { pk: "{office.code}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: open, maxLength: 12 }
  office:
    dynamodb: { table: offices, key: { pk: "{home.code}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    claims:
      office: { value: office.code, to: [access], effect: informs }
`,
    mended: `
sources:
  home:
    dynamodb: { table: homes, key: { pk: "{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: open, maxLength: 12 }
  office:
    dynamodb: { table: offices, key: { pk: "{home.code}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      code: { type: string, class: open, maxLength: 12 }
profiles:
  people:
    claims:
      office: { value: office.code, to: [access], effect: informs }
`,
  },
  CS806: {
    broken: `
sources:
  staff:
    attributes:
      team: { type: string, class: open, maxLength: 12 }
  team:
    dynamodb: { table: teams, key: { pk: "{staff.team}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      site: { type: string, class: open, maxLength: 12 }
  site:
    dynamodb: { table: sites, key: { pk: "{team.site}" } }   # the third read in turn
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      floor: { type: int, class: open }
profiles:
  people:
    claims:
      floor: { value: site.floor, to: [access], effect: informs }
`,
    mended: `
sources:
  staff:
    attributes:
      site: { type: string, class: open, maxLength: 12 }
  site:
    dynamodb: { table: sites, key: { pk: "{staff.site}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      floor: { type: int, class: open }
profiles:
  people:
    claims:
      floor: { value: site.floor, to: [access], effect: informs }
`,
  },
  CS807: {
    broken: `
sources:
  staff:
    onError: { stale: 60s }   # the claim \`level\` restricts
`,
    mended: `
sources:
  staff:
    onError: unknown
`,
  },
  CS808: {
    broken: `
sources:
  staff:
    attributes:
      home: { type: string, class: open, values: [de, ie] }
partition:
  by: staff.home
  de: { region: eu-central-1 }   # and \`ie\`?
`,
    mended: `
sources:
  staff:
    attributes:
      home: { type: string, class: open, values: [de, ie] }
partition:
  by: staff.home
  de: { region: eu-central-1 }
  ie: { region: eu-west-1 }
`,
  },
};
