import type { CodeExamples } from "./code-example.ts";

/** CS7xx: profiles and scopes. */
export const PROFILE_EXAMPLES: CodeExamples = {
  CS701: {
    broken: `
profiles:
  jobs:
    match: { grants: [client_credentials], clients: [job1, job2] }   # machines has job1
`,
    mended: `
profiles:
  jobs:
    match: { grants: [client_credentials], clients: [job2] }
`,
  },
  CS702: {
    broken: `
pool: { events: V2, usernames: opaque }   # no events for machines
`,
    mended: `
pool: { events: V3, usernames: opaque }
`,
  },
  CS703: {
    broken: `
profiles:
  people:
    scopes:
      - { add: [care/wirte] }
`,
    mended: `
profiles:
  people:
    scopes:
      - { add: [care/write] }
`,
  },
  CS704: {
    broken: `
profiles:
  people:
    scopes:
      - { remove: [aws.cognito.signin.user.admin] }
`,
    mended: `
profiles:
  people:
    selfServiceScopes: strip
    scopes:
      - { remove: [care/write] }
`,
  },
  CS705: {
    broken: `
profiles:
  machines:
    claims:
      tier: { value: partner.tier, to: [access, id], effect: grants }
`,
    mended: `
profiles:
  machines:
    claims:
      tier: { value: partner.tier, to: [access], effect: grants }
`,
  },
  CS706: {
    broken: `
profiles:
  people:
    match: { grants: [user], clients: ["*"] }
`,
    mended: `
profiles:
  people:
    match: { grants: [user], clients: [web1, "\${env:PHONE_CLIENT}"] }
`,
  },
  CS707: {
    broken: `
version: 1
name: clinic
revision: "1"
pool: { events: V1, usernames: opaque }
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    claims:
      client: { value: client.id, to: [access, id], effect: informs }   # V1 has no access token
`,
    mended: `
version: 1
name: clinic
revision: "1"
pool: { events: V1, usernames: opaque }
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    claims:
      client: { value: client.id, to: [id] }
`,
    also: ["CS708"],
  },
  CS708: {
    broken: `
version: 1
name: clinic
revision: "1"
pool: { events: V1, usernames: opaque }
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
`,
    mended: `
version: 1
name: clinic
revision: "1"
pool: { events: V2, usernames: opaque }
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
`,
  },
  CS709: {
    broken: `
profiles:
  people:
    idToken: { keep: [email, name] }   # the map declares no \`user.name\`
`,
    mended: `
inputs:
  user.name: { type: string, class: pii, maxLength: 80, purpose: "shown to the person" }
profiles:
  people:
    idToken: { keep: [email, name] }
`,
  },
  CS710: {
    broken: `
profiles:
  people:
    idToken: { keep: [email, "cognito:username"] }
`,
    mended: `
profiles:
  people:
    idToken: { keep: [email] }
`,
  },
  CS711: {
    broken: `
profiles:
  machines:
    groups: strip
`,
    mended: `
profiles:
  machines:
    match: { grants: [client_credentials], clients: [job1] }
`,
  },
  CS712: {
    broken: `
pool: { events: V3, usernames: any }
`,
    mended: `
pool: { events: V3, usernames: opaque }
`,
  },
  CS713: {
    broken: `
resourceServers:
  care-api:
    seal: { key: alias/care, region: eu-central-1 }
`,
    mended: `
resourceServers:
  care-api:
    seal: { key: "arn:aws:kms:eu-central-1:111122223333:key/care", region: eu-central-1 }
`,
  },
};
