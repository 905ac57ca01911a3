import type { CodeExamples } from "./code-example.ts";

/** CS1xx: text and shape. */
export const SHAPE_EXAMPLES: CodeExamples = {
  CS101: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants   # no closing brace
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants }
`,
  },
  CS102: {
    broken: `
profiles:
  people:
    claims:
      level: &both { value: staff.level, to: [access], effect: restricts }
      level_again: *both
`,
    mended: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts }
      level_again: { value: staff.level, to: [access], effect: restricts }
`,
  },
  CS103: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, requird: true }
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access, id], effect: grants, required: true }
`,
  },
  CS104: {
    broken: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20 }   # private, and nobody says what for
`,
    mended: `
sources:
  staff:
    attributes:
      phone: { type: string, class: pii, maxLength: 20, purpose: "called in an emergency" }
`,
  },
  CS105: {
    broken: `
revision: 2026.10   # the number 2026.1
`,
    mended: `
revision: "2026.10"
`,
  },
  CS106: {
    broken: `
pool: { events: V4, usernames: opaque }
`,
    mended: `
pool: { events: V3, usernames: opaque }
`,
  },
  CS107: {
    broken: `
sources:
  staff:
    dynamodb: { table: "\${env:STAGE}-staff", key: { pk: "STAFF#{user.sub}" } }
`,
    mended: `
sources:
  staff:
    dynamodb: { table: "\${env:STAFF_TABLE}", key: { pk: "STAFF#{user.sub}" } }
`,
  },
  CS108: {
    broken: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts, when: !has(staff.role) }
`,
    mended: `
profiles:
  people:
    claims:
      level: { value: staff.level, to: [access], effect: restricts, when: "!has(staff.role)" }
`,
  },
  CS110: {
    broken: `
sources:
  staff:
    attributes:
      role: { type: string, class: open, values: [[[[[[[[[[[[[[[[[[[[nurse]]]]]]]]]]]]]]]]]]]] }
`,
    mended: `
sources:
  staff:
    attributes:
      role: { type: string, class: open, values: [nurse, physician] }
`,
    also: ["CS308"],
  },
  CS111: {
    broken: `
profiles:
  people:
    claims:
      role: { value: staff.role, effect: grants }   # reaches nobody
`,
    mended: `
profiles:
  people:
    claims:
      role: { value: staff.role, to: [access], effect: grants }
`,
  },
};
