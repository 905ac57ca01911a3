import { type CheckResult, checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";

/** A map about one pool with a SAML provider and Google, to change line by line. */
export const FEDERATED = `version: 1
name: clinic
revision: "1"
pool: { events: V3, usernames: opaque }
inputs:
  user.email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }
  user.email_verified: { type: bool, class: pii, purpose: "shown to the person" }
  user.custom:roles: { type: string, class: open, maxLength: 200, trust: idp }
federation:
  providers:
    CorporateSaml:
      type: SAML
      attributes:
        email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }
        groups: { type: string, class: open, maxLength: 20000, default: "[]" }
      keep:
        email: idp.email
        custom:roles: '["app-nurses", "app-porters"].filter(g, g in bracketList(idp.groups))'
      required: [custom:roles]
    Google:
      type: Google
      attributes:
        sub: { type: string, class: pii, maxLength: 40, purpose: "the username" }
        email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }
        email_verified: { type: bool, class: pii, purpose: "recovery of the account" }
      keep: [sub, email, email_verified]
profiles:
  people:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [email, email_verified] }
    groups: strip
    selfServiceScopes: strip
    claims:
      roles: { value: 'bracketList(user["custom:roles"])', to: [access], effect: grants }
`;

/** The map with lines changed; each `old` stands in it once. */
export function federatedWith(...changes: readonly (readonly [old: string, changed: string])[]): string {
  return changes.reduce((text, [old, changed]) => {
    if (text.split(old).length !== 2) throw new Error(`"${old}" does not stand once in the map`);
    return text.replace(old, () => changed);
  }, FEDERATED);
}

export function federatedPlan(...changes: readonly (readonly [old: string, changed: string])[]): Plan {
  const { plan, findings } = checkClaimMap(federatedWith(...changes));
  if (plan === null) throw new Error(findings.map(({ code, message }) => `${code} ${message}`).join("\n"));
  return plan;
}

/** Every finding, as its code, its place and what it says. */
export function said({ findings }: CheckResult): readonly string[] {
  return findings.map(({ code, path, message, fix }) => `${code} ${path.join(".")}: ${message} | ${fix}`);
}
