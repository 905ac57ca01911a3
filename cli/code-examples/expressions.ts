import type { CodeExamples } from "./code-example.ts";

/** CS3xx: expressions and types. */
export const TYPE_EXAMPLES: CodeExamples = {
  CS301: {
    broken: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts, when: "staff.role ==" }
`,
    mended: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts, when: "staff.role == 'nurse'" }
`,
  },
  CS302: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: "staff.level >= '3'" }
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: staff.level >= 3 }
`,
  },
  CS303: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.rol, to: [access, id], effect: grants }
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants }
`,
  },
  CS304: {
    broken: `
profiles:
  people:
    claims:
      level: { value: "staff[staff.role]", to: [access], effect: restricts }
`,
    mended: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts }
`,
  },
  CS305: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: staff.level }
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: staff.level > 0 }
`,
  },
  CS306: {
    broken: `
profiles:
  people:
    claims:
      pairs: { value: "[[staff.role, 'on call']]", to: [access], effect: informs }
`,
    mended: `
profiles:
  people:
    claims:
      pairs: { value: "[staff.role + '=on call']", to: [access], effect: informs }
`,
  },
  CS307: {
    broken: `
profiles:
  people:
    claims:
      role: { value: "staff.role.replace('physician', 'doctor')", to: [access, id], effect: grants }
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: 'staff.role == "physician" ? "doctor" : staff.role', to: [access, id], effect: grants }
`,
  },
  CS308: {
    broken: `
sources:
  staff:
    attributes:
      level: { type: int, class: open, values: [1, 2, high] }
`,
    mended: `
sources:
  staff:
    attributes:
      level: { type: int, class: open, values: [1, 2, 3] }
`,
  },
  CS309: {
    broken: `
profiles:
  machines:
    claims:
      owner: { value: user.email, sealFor: [care-api], effect: informs }
`,
    mended: `
profiles:
  machines:
    claims:
      owner: { value: client.id, sealFor: [care-api], effect: informs }
`,
  },
  CS310: {
    broken: `
sources:
  staff:
    attributes:
      level: { type: integer, class: open }
`,
    mended: `
sources:
  staff:
    attributes:
      level: { type: int, class: open }
`,
  },
  CS311: {
    broken: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, pattern: "(?=[+]49)[+0-9]+", purpose: "called" }
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, pattern: "[+]49[0-9]+", purpose: "called" }
`,
  },
  CS312: {
    broken: `
define:
  senior: def.trusted && staff.level > 3
  trusted: def.senior || staff.role == "physician"
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: def.trusted }
`,
    mended: `
define:
  senior: staff.level > 3
  trusted: def.senior || staff.role == "physician"
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, when: def.trusted }
`,
  },
  CS313: {
    broken: `
sources:
  staff:
    attributes:
      wards: { type: list<string>, class: open, maxItems: 5, maxLength: 12 }
resourceServers:
  care-api:
    consumers: [api-gateway-http]
profiles:
  people:
    claims:
      wards: { value: staff.wards, to: [access], effect: grants }   # would arrive as \`[a b]\`
`,
    mended: `
sources:
  staff:
    attributes:
      wards: { type: list<string>, class: open, maxItems: 5, maxLength: 12 }
resourceServers:
  care-api:
    consumers: [api-gateway-http]
profiles:
  people:
    claims:
      wards: { value: 'staff.wards.join(",")', to: [access], effect: grants }
`,
  },
};
