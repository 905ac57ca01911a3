import { expect, test } from "vitest";
import { claimCatalogue } from "../../../claims/reports/claim-catalogue.ts";
import { diffPlans } from "../../../claims/reports/diff-plans.ts";
import { federatedPlan } from "../a-federated-map.ts";
import { aPlan } from "../a-plan.ts";

const plan = federatedPlan();

test("the catalogue says what enters the pool, and to what of it personal data become", () => {
  const catalogue = claimCatalogue(plan);
  const [, pool = ""] = catalogue.split("## What enters the pool\n");
  expect(pool.split("\n").filter((line) => /^\| (CorporateSaml|Google) /.test(line))).toEqual([
    "| CorporateSaml | `email` | `email` | pii | is left out | `idp.email` | shown to the person | 120 |",
    '| CorporateSaml | `custom:roles` | `custom:roles` | open | refuses | `["app-nurses", "app-porters"].filter(g, g in bracketList(idp.groups))` |  | 28 |',
    "| Google | `sub` |  | pii | is left out | `idp.sub` | the username | 40 |",
    "| Google | `email` | `email` | pii | is left out | `idp.email` | shown to the person | 120 |",
    "| Google | `email_verified` | `email_verified` | pii | is left out | `idp.email_verified` | recovery of the account | 5 |",
  ]);
  expect(catalogue).toContain(
    "| `idp.email` | pii | shown to the person | identity provider CorporateSaml | the user pool: `email` |",
  );
  expect(catalogue).toContain("| `idp.sub` | pii | the username | identity provider Google | the user pool: `sub` |");
  expect(claimCatalogue(aPlan())).not.toContain("enters the pool");
});

const { federation: _, ...without } = plan;
const KEEP = "keep: [sub, email, email_verified]";

test.for([
  [
    "a map begins to say what enters",
    without,
    plan,
    "narrow federation: the pool stores only what the map keeps of what identity providers send",
  ],
  [
    "a map no longer says what enters",
    plan,
    without,
    "widen federation: the pool stores all its attribute mappings name of what identity providers send",
  ],
  [
    "more is kept",
    federatedPlan([KEEP, "keep: [sub, email]"]),
    plan,
    "widen federation.providers.Google.keep: the pool now stores `email_verified` (pii) of `Google`",
  ],
  [
    "less is kept",
    plan,
    federatedPlan([KEEP, "keep: [sub, email]"]),
    "narrow federation.providers.Google.keep: the pool no longer stores `email_verified` of `Google`",
  ],
  [
    "something is made otherwise",
    plan,
    federatedPlan(['["app-nurses", "app-porters"]', '["app-nurses", "app-admins"]']),
    "widen federation.providers.CorporateSaml.keep.custom:roles: `custom:roles` of `CorporateSaml` is made otherwise, as open; it was open; that this gives no more is not shown",
  ],
  [
    "people get in without it",
    plan,
    federatedPlan(["required: [custom:roles]", "required: [email]"]),
    "narrow federation.providers.CorporateSaml.keep.email: without `email` of `CorporateSaml` nobody can sign in",
    "widen federation.providers.CorporateSaml.keep.custom:roles: people can now sign in without `custom:roles` of `CorporateSaml`",
  ],
  [
    "it becomes another attribute of the pool",
    plan,
    federatedPlan([
      "      keep: [sub, email",
      '      mapping: { email: email, "custom:sub": sub, email_verified: email_verified }\n      keep: [sub, email',
    ]),
    "widen federation.providers.Google.keep.sub: `sub` of `Google` becomes `custom:sub`; that this gives no more is not shown",
  ],
  [
    "a declaration changes",
    plan,
    federatedPlan([
      'sub: { type: string, class: pii, maxLength: 40, purpose: "the username"',
      'sub: { type: string, class: open, maxLength: 30, purpose: "a name"',
    ]),
    "widen federation.providers.Google.attributes.sub.class: `sub` as `Google` sends it is now declared open; it was pii",
    "change federation.providers.Google.attributes.sub: `sub` as `Google` sends it has another type, default or other bounds",
    "change federation.providers.Google.attributes.sub.purpose: `sub` as `Google` sends it has another purpose: a name",
  ],
  [
    "a provider is of another type",
    plan,
    federatedPlan(["type: SAML", "type: OIDC"]),
    "change federation.providers.CorporateSaml.type: `CorporateSaml` is now OIDC; it was SAML",
  ],
  [
    "one provider takes the place of another",
    plan,
    federatedPlan(["    CorporateSaml:", "    Works:"]),
    "widen federation.providers.Works: people of `Works` can now sign in",
    "narrow federation.providers.CorporateSaml: people of `CorporateSaml` can no longer sign in",
  ],
] as const)("a difference is told where %s", ([, old, now, ...expected]) => {
  const told = diffPlans(old, now).map(({ kind, path, sentence }) => `${kind} ${path.join(".")}: ${sentence}`);
  expect(told).toEqual(expected);
});

test("two plans of one map do not differ", () => {
  expect(diffPlans(plan, federatedPlan())).toEqual([]);
});
