import type { CodeExamples } from "./code-example.ts";

/** What enters the pool from identity providers, of several families. */
export const FEDERATION_EXAMPLES: CodeExamples = {
  CS411: {
    broken: `
inputs:
  user.custom:team: { type: string, class: open, maxLength: 40 }   # and anybody may see it
federation:
  providers:
    Works:
      type: SAML
      attributes:
        team: { type: string, class: pii, maxLength: 40, purpose: "rosters" }
      keep: { "custom:team": idp.team }
profiles:
  people:
    idToken: { keep: [email, custom:team] }
`,
    mended: `
inputs:
  user.custom:team: { type: string, class: pii, maxLength: 40, purpose: "rosters" }
federation:
  providers:
    Works:
      type: SAML
      attributes:
        team: { type: string, class: pii, maxLength: 40, purpose: "rosters" }
      keep: { "custom:team": idp.team }
profiles:
  people:
    idToken: { keep: [email, custom:team] }
`,
  },
  CS504: {
    broken: `
inputs:
  user.custom:roles: { type: string, class: open, maxLength: 100, trust: operator }
federation:
  providers:
    Works:
      type: SAML
      attributes:
        roles: { type: string, class: open, maxLength: 100, default: "" }
      keep: { "custom:roles": idp.roles }
      required: [custom:roles]
profiles:
  people:
    claims:
      roles: { value: 'user["custom:roles"]', to: [access], effect: grants }
`,
    mended: `
inputs:
  user.custom:roles: { type: string, class: open, maxLength: 100, trust: idp }
federation:
  providers:
    Works:
      type: SAML
      attributes:
        roles: { type: string, class: open, maxLength: 100, default: "" }
      keep: { "custom:roles": idp.roles }
      required: [custom:roles]
profiles:
  people:
    claims:
      roles: { value: 'user["custom:roles"]', to: [access], effect: grants }
`,
  },
  CS505: {
    broken: `
inputs:
  user.custom:roles: { type: string, class: open, maxLength: 100, trust: idp }
federation:
  providers:
    Works:
      type: SAML
      attributes:
        roles: { type: string, class: open, maxLength: 100 }   # not sent, those of last time stay
      keep: { "custom:roles": idp.roles }
profiles:
  people:
    claims:
      roles: { value: 'user["custom:roles"]', to: [access], effect: grants }
`,
    mended: `
inputs:
  user.custom:roles: { type: string, class: open, maxLength: 100, trust: idp }
federation:
  providers:
    Works:
      type: SAML
      attributes:
        roles: { type: string, class: open, maxLength: 100, default: "none" }
      keep: { "custom:roles": idp.roles }
      required: [custom:roles]
profiles:
  people:
    claims:
      roles: { value: 'user["custom:roles"]', to: [access], effect: grants }
`,
  },
  CS607: {
    broken: `
federation:
  providers:
    Works:
      type: SAML
      attributes:
        groups: { type: string, class: open, maxLength: 20000 }
      keep: { "custom:groups": idp.groups }
`,
    mended: `
federation:
  providers:
    Works:
      type: SAML
      attributes:
        groups: { type: string, class: open, maxLength: 20000 }
      keep: { "custom:groups": '["nurses", "porters"].filter(g, g in bracketList(idp.groups))' }
`,
  },
  CS809: {
    broken: `
federation:
  providers:
    Google:
      type: Google
      attributes:
        email: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
      keep: [email]
`,
    mended: `
federation:
  providers:
    Google:
      type: Google
      attributes:
        sub: { type: string, class: pii, maxLength: 40, purpose: "the username" }
        email: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
      keep: [sub, email]
`,
  },
  CS810: {
    broken: `
federation:
  providers:
    Works:
      type: SAML
      attributes:
        mail: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
        birthdate: { type: string, class: pii, maxLength: 10, purpose: "greetings" }   # nothing reads it
      keep: { email: idp.mail, birthdate: idp.birthdate }
`,
    mended: `
federation:
  providers:
    Works:
      type: SAML
      attributes:
        mail: { type: string, class: pii, maxLength: 60, purpose: "shown to the person" }
      keep: { email: idp.mail }
`,
  },
};
