/** A map without findings, small enough to stay so; tests of what is said about findings break one thing of it. */
export const SMALL_MAP = `version: 1
name: shop
revision: "1"
pool:
  events: V3
  usernames: opaque
sources:
  staff:
    dynamodb: { table: "\${env:STAFF_TABLE}", region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      shopId: { type: string, class: open, maxLength: 12 }
      role:   { type: string, class: open, values: [clerk, manager] }
      taxNo:  { type: string, class: pii, maxLength: 24, purpose: "printed on invoices" }
resourceServers:
  tills:
    identifier: tills
    scopes: [read, write]
    seal: { key: "\${env:TILLS_KEY_ARN}", region: eu-central-1, mode: envelope }
    readers: ["arn:aws:iam::111122223333:role/tills"]
profiles:
  clerk:
    match: { grants: [user], clients: ["\${env:WEB_CLIENT}"] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims:
      shop_id: { value: staff.shopId, to: [access], effect: grants, required: true }
      tax_no:  { value: staff.taxNo, sealFor: [tills], effect: informs }
    scopes:
      - { add: [tills/read] }
      - { add: [tills/write], when: 'staff.role == "manager"' }
`;

/** The line of `text` that holds `part`, from 1. */
export function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}

/** With a leak (CS401), a value without bounds (CS601) and a remark on usernames (CS712). */
export const FLAWED_MAP: string = SMALL_MAP.replace("sealFor: [tills]", "to: [access]")
  .replace("class: open, maxLength: 12", "class: open")
  .replace("usernames: opaque", "usernames: any");

/** With an attribute misspelt in a condition (CS303). */
export const MISSPELT_MAP: string = SMALL_MAP.replace('staff.role == "manager"', 'staff.rol == "manager"');
