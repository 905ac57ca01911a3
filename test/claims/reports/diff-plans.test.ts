import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import type { Expr, Plan, PlanClaim, PlanProfile, PlanSource } from "../../../claims/plan.ts";
import { type Difference, diffPlans, widens } from "../../../claims/reports/diff-plans.ts";
import { aClaim, aPlan, aProfile } from "../a-plan.ts";

const role: Expr = { op: "ref", ref: ["staff", "role"] };
const phone: Expr = { op: "ref", ref: ["staff", "phone"] };
const isRole = (...roles: string[]): Expr => ({
  op: "in",
  left: role,
  right: { op: "list", items: roles.map((value) => ({ op: "string", value })) },
});
const both = (left: Expr, right: Expr): Expr => ({ op: "and", left, right });

const base = aPlan({
  resourceServers: {
    ...aPlan().resourceServers,
    "billing-api": {
      identifier: "billing",
      scopes: ["read"],
      readers: ["arn:aws:iam::444455556666:role/billing"],
      claim: "sealed_billing_api",
      seal: { key: "arn:aws:kms:eu-west-1:111122223333:key/billing", mode: "envelope" },
    },
  },
  profiles: [
    aProfile({
      refuse: [{ when: isRole("guest"), code: "GUEST" }],
      claims: [
        aClaim("role", role, { effect: "grants", required: true, to: ["access", "id"] }),
        aClaim("phone", phone, { to: [], sealFor: ["care-api"], class: "pii" }),
        aClaim("limit", { op: "ref", ref: ["staff", "limit"] }, { effect: "restricts", otherwise: 0, type: "int" }),
      ],
      scopes: [
        { add: ["care/read"], remove: [] },
        { add: ["care/write"], remove: [], when: isRole("nurse", "physician") },
        { add: [], remove: ["care/admin"], when: isRole("guest") },
        { add: [], remove: [], only: { op: "list", items: [] } },
      ],
    }),
  ],
});

function profileWith(changes: Partial<PlanProfile>): Plan {
  return { ...base, profiles: base.profiles.map((profile) => ({ ...profile, ...changes })) };
}

function claimWith(name: string, changes: Partial<PlanClaim>): Plan {
  const claims = (base.profiles[0] as PlanProfile).claims;
  return profileWith({ claims: claims.map((claim) => (claim.name === name ? { ...claim, ...changes } : claim)) });
}

function sourceWith(changes: object): Plan {
  return { ...base, sources: { staff: { ...base.sources["staff"], ...changes } as PlanSource } };
}

function scopesWith(index: number, changes: object): Plan {
  const { scopes } = base.profiles[0] as PlanProfile;
  return profileWith({ scopes: scopes.map((rule, at) => (at === index ? { ...rule, ...changes } : rule)) });
}

const told = (differences: readonly Difference[]): readonly string[] =>
  differences.map(({ kind, readers, sentence }) => `${kind} | ${readers.join(", ")} | ${sentence}`);

describe("who can read what", () => {
  test("a claim sealed for one more server is a new reader", () => {
    expect(diffPlans(base, claimWith("phone", { sealFor: ["care-api", "billing-api"] }))).toEqual([
      {
        kind: "widen",
        readers: ["billing-api"],
        path: ["profiles", "people", "claims", "phone"],
        sentence: "billing-api can now read `phone` (pii, from `staff.phone`)",
      },
    ]);
  });

  test("a claim that was sealed and is now clear says so", () => {
    const now = claimWith("phone", { sealFor: [], to: ["access"], when: isRole("nurse") });
    expect(told(diffPlans(base, now))).toEqual([
      'widen | every API | every API can now read `phone` in the clear (pii, from `staff.phone`), when `staff.role in ["nurse"]`; it was sealed for care-api',
      "narrow | care-api | care-api can no longer read `phone` (pii)",
    ]);
  });

  test("a claim that is new, and one that is gone", () => {
    const now = profileWith({
      claims: [aClaim("mail", { op: "ref", ref: ["user", "email"] }, { to: ["id"], class: "pii" })],
    });
    expect(told(diffPlans(base, now))).toEqual([
      "widen | the client | the client can now read `mail` in the ID token (pii, from `user.email`)",
      "narrow | every API | every API can no longer read `role` (open)",
      "narrow | the client | the client can no longer read `role` (open)",
      "narrow | care-api | care-api can no longer read `phone` (pii)",
      "narrow | every API | every API can no longer read `limit` (open)",
      "widen | every API | `limit` no longer restricts",
    ]);
  });

  test("another role that may open what is sealed", () => {
    const servers = {
      ...base.resourceServers,
      "care-api": { ...base.resourceServers["care-api"]!, readers: ["arn:x"] },
    };
    expect(told(diffPlans(base, { ...base, resourceServers: servers }))).toEqual([
      "widen | care-api | `arn:x` can now open what is sealed for care-api",
    ]);
  });

  test("a value that tells of something else is a widening, one that says the same otherwise a change", () => {
    const more = claimWith("phone", { value: { op: "+", left: phone, right: role } });
    expect(told(diffPlans(base, more))).toEqual([
      "widen | care-api | `phone` is now `staff.phone + staff.role`, and tells of `staff.role`; it was `staff.phone`",
    ]);
    const shorter = claimWith("phone", { value: { op: "call", name: "trim", args: [phone] } });
    expect(told(diffPlans(base, shorter))).toEqual([
      "change | care-api | `phone` is now `staff.phone.trim()`; it was `staff.phone`",
    ]);
  });

  test("the same value of a claim that grants, worked out otherwise, is not shown to give no more", () => {
    const [found] = diffPlans(base, claimWith("role", { value: { op: "call", name: "trim", args: [role] } }));
    expect(found).toMatchObject({ kind: "widen", readers: ["every API", "the client"] });
    expect(found?.sentence).toMatch(/; that this gives no more is not shown$/);
  });
});

describe("conditions", () => {
  const when = (old: Expr | undefined, now: Expr | undefined): readonly Difference["kind"][] => {
    const plan = (condition: Expr | undefined): Plan =>
      scopesWith(1, condition ? { add: ["care/write"], remove: [], when: condition } : { when: undefined });
    return diffPlans(plan(old), plan(now)).map(({ kind }) => kind);
  };

  test("none is wider than any, and one more `&&` narrower", () => {
    expect(when(isRole("nurse"), undefined)).toEqual(["widen"]);
    expect(when(undefined, isRole("nurse"))).toEqual(["narrow"]);
    expect(when(isRole("nurse"), both(isRole("nurse"), isRole("nurse", "clerk")))).toEqual(["change"]);
    expect(when(isRole("nurse"), both(isRole("nurse"), { op: "has", ref: ["staff", "limit"] }))).toEqual(["narrow"]);
    expect(when(isRole("nurse"), isRole("nurse", "clerk"))).toEqual(["widen"]);
  });

  test("a condition that cannot be compared counts as wider, and says why", () => {
    const now = scopesWith(1, { when: isRole("nurse", "clerk") });
    expect(told(diffPlans(base, now))).toEqual([
      'widen | care-api | a token is now given `care/write` when `staff.role in ["nurse", "clerk"]`; it was when `staff.role in ["nurse", "physician"]`; that this gives no more is not shown',
    ]);
  });

  test("what takes away goes the other way: fewer refusals and removals are wider", () => {
    const refuses = (expr: Expr): Plan => profileWith({ refuse: [{ when: expr, code: "GUEST" }] });
    expect(told(diffPlans(base, refuses(isRole("guest", "visitor"))))).toEqual([
      'narrow | who gets a token | `MAP_GUEST` now refuses when `staff.role in ["guest", "visitor"]`; it did when `staff.role in ["guest"]`',
    ]);
    expect(diffPlans(base, refuses(both(isRole("guest"), isRole("nurse")))).map(({ kind }) => kind)).toEqual(["widen"]);
    expect(diffPlans(base, profileWith({ refuse: [] })).map(({ kind }) => kind)).toEqual(["widen"]);
    expect(told(diffPlans(base, scopesWith(2, { remove: [] })))).toEqual([
      "widen | care-api | `care/admin` is no longer taken out of a token",
    ]);
    expect(diffPlans(base, scopesWith(3, { only: undefined })).map(({ kind }) => kind)).toEqual(["widen"]);
  });

  test("to see a restriction in other cases is no proof of being restricted as much", () => {
    expect(diffPlans(base, claimWith("limit", { when: isRole("nurse") }))).toMatchObject([{ kind: "widen" }]);
  });
});

test("a condition that reads something private tells of it, however narrow it is", () => {
  const sealedIf = (when: Expr): Plan => claimWith("phone", { value: role, class: "open", when });
  const isSet: Expr = { op: "has", ref: ["staff", "phone"] };
  expect(told(diffPlans(sealedIf(isRole("nurse")), sealedIf(both(isRole("nurse"), isSet))))).toEqual([
    'narrow | care-api | `phone` is now there when `staff.role in ["nurse"] && has(staff.phone)`; it was when `staff.role in ["nurse"]`',
    "widen | care-api | whether `phone` is there now tells of `staff.phone`",
  ]);
});

test("an envelope that loses its one length tells by it", () => {
  const padded = (padTo?: number): Plan =>
    profileWith({
      envelopes: [{ resourceServer: "care-api", claims: ["phone"], ...(padTo !== undefined && { padTo }) }],
    });
  expect(told(diffPlans(padded(256), padded()))).toEqual([
    "widen | every API | the length of what is sealed for care-api now tells something of it",
  ]);
  expect(diffPlans(padded(), padded(256)).map(({ kind }) => kind)).toEqual(["narrow"]);
  expect(diffPlans(padded(192), padded(256)).map(({ kind }) => kind)).toEqual(["change"]);
});

/** What follows from the rest of a plan, or says nothing of who gets what. */
const NO_DIFFERENCE: readonly RegExp[] = [
  /^(v|name|revision|patterns)\b/,
  /^profiles\.\d+\.(reads|needs|maxBytes)\b/,
  /^profiles\.\d+\.claims\.\d+\.(type|maxBytes)\b/,
  /^profiles\.\d+\.envelopes(\.\d+\.(claims|resourceServer)\b|$)/,
  /^resourceServers\.[^.]+\.(scopes|claim|consumers)\b/,
];

const OPPOSITES: Readonly<Record<string, string>> = { strip: "keep", keep: "strip", access: "id", id: "access" };

/** The plan with one leaf or expression changed, for each of them; and with one item less, for every list. */
function* mutants(value: unknown, path: readonly string[] = []): Generator<readonly [string, unknown]> {
  const place = path.join(".");
  if (typeof value === "string") yield [place, OPPOSITES[value] ?? `${value}x`];
  else if (typeof value === "number") yield [place, value + 1];
  else if (typeof value === "boolean") yield [place, !value];
  else if (typeof value === "object" && value !== null && "op" in value) yield [place, { op: "bool", value: false }];
  else if (typeof value === "object" && value !== null) {
    if (Array.isArray(value) && value.length > 0) yield [place, value.slice(0, -1)];
    for (const [step, inner] of Object.entries(value)) {
      for (const [where, changed] of mutants(inner, [...path, step])) {
        yield [where, Array.isArray(value) ? value.with(Number(step), changed) : { ...value, [step]: changed }];
      }
    }
  }
}

test.each(["specification", "complete"])("whatever is changed in the plan of the map `%s` is a difference", (name) => {
  const { plan } = checkClaimMap(readFileSync(`test/claims/maps/${name}.claims.yaml`, "utf8"));
  const all = [...mutants(plan)].filter(([place]) => !NO_DIFFERENCE.some((pattern) => pattern.test(place)));
  expect(all.length).toBeGreaterThan(100);
  expect(
    all.flatMap(([place, changed]) => (diffPlans(plan as Plan, changed as Plan).length > 0 ? [] : [place])),
  ).toEqual([]);
});

test("another mode, or a bound client, is said to its readers; what only the issuer sees is not", () => {
  const server = base.resourceServers["care-api"]!;
  const sealedAs = (seal: object): readonly string[] => {
    const changed = { ...server, seal: { ...server.seal!, ...seal } };
    const plan = { ...base, resourceServers: { ...base.resourceServers, "care-api": changed } };
    return diffPlans(base, plan).map(({ sentence }) => sentence);
  };
  const said = "what care-api reads is now sealed in another way: its readers must change `mode` or `bindClient` too";
  expect(sealedAs({ mode: "direct" })).toEqual([said]);
  expect(sealedAs({ bindClient: true })).toEqual([said]);
  expect(sealedAs({ dataKey: { maxAgeSeconds: 300, maxTokens: 1 } })).toEqual([]);
});

/** Changes that give somebody more, each alone; backwards, they give less. */
const WIDENINGS: Readonly<Record<string, Plan>> = {
  "a scope that can be added": scopesWith(0, { add: ["care/read", "billing/read"] }),
  "a scope without its condition": scopesWith(1, { when: undefined }),
  "a sealed claim in the ID token": claimWith("phone", { to: ["id"] }),
  "a claim sealed for one more": claimWith("phone", { sealFor: ["care-api", "billing-api"] }),
  "a claim more private": claimWith("phone", { class: "sensitive" }),
  "a claim less trusted": claimWith("role", { trust: "idp" }),
  "a claim no longer required": claimWith("role", { required: false }),
  "a reader of a key": {
    ...base,
    resourceServers: { ...base.resourceServers, "care-api": { ...base.resourceServers["care-api"]!, readers: ["r"] } },
  },
  "no refusal": profileWith({ refuse: [] }),
  "no removal": scopesWith(2, { remove: [] }),
  "no list to keep to": scopesWith(3, { only: undefined }),
  "self-service scopes": profileWith({ selfServiceScopes: "keep" }),
  "groups in the access token": profileWith({ groups: { access: "keep", id: "strip" } }),
  "groups in the ID token": profileWith({ groups: { access: "strip", id: "keep" } }),
  "another attribute in the ID token": profileWith({ idToken: { keep: ["email", "name"] } }),
  "every attribute but some": profileWith({ idToken: { drop: ["name"] } }),
  "the ID token as it is": profileWith({ idToken: { unchanged: true } }),
  "another client": profileWith({ clients: ["web", "mobile"] }),
  "every client": profileWith({ clients: ["web", "*"] }),
  "another grant": profileWith({ grants: ["user", "client_credentials"] }),
  "another profile": { ...base, profiles: [...base.profiles, aProfile({ name: "more", clients: ["more"] })] },
  "bare tokens for others": { ...base, unmatched: "bare" },
  "untouched tokens for others": { ...base, unmatched: "untouched" },
  "usernames of any kind": { ...base, usernames: "any" },
  "an empty row for a missing one": sourceWith({ onMissing: "empty" }),
  "no answer taken for none": sourceWith({ onError: "unknown" }),
  "an old row": sourceWith({ onError: { stale: 60 } }),
  "a default": sourceWith({
    attributes: { ...base.sources["staff"]?.attributes, role: { type: "string", class: "open", default: "nurse" } },
  }),
  "an attribute declared less private": sourceWith({
    attributes: { ...base.sources["staff"]?.attributes, phone: { type: "string", class: "open", maxLength: 20 } },
  }),
  "an input declared more trusted": {
    ...base,
    inputs: { ...base.inputs, user: { email: { type: "string", class: "pii", trust: "operator" } } },
  },
  "an approval": {
    ...base,
    approvals: [{ path: ["profiles", "people", "idToken"], what: "idToken", reason: "asked for" }],
  },
};

test.each(Object.entries(WIDENINGS))("%s widens, and narrows the other way round", (_, wider) => {
  expect(diffPlans(base, wider).map(({ kind }) => kind)).toEqual(expect.arrayContaining(["widen"]));
  expect(diffPlans(base, wider).some(({ kind }) => kind === "narrow")).toBe(false);
  expect(diffPlans(wider, base).map(({ kind }) => kind)).toEqual(expect.arrayContaining(["narrow"]));
  expect(widens(diffPlans(wider, base))).toBe(false);
});

test("residency: more regions widen, and no list is every region", () => {
  const [narrow, wide] = [
    sourceWith({ residency: ["eu-central-1"] }),
    sourceWith({ residency: ["eu-central-1", "us-east-1"] }),
  ];
  expect(diffPlans(narrow, wide).map(({ kind }) => kind)).toEqual(["widen"]);
  expect(diffPlans(wide, base).map(({ kind }) => kind)).toEqual(["widen"]);
  expect(diffPlans(base, wide).map(({ kind }) => kind)).toEqual(["narrow"]);
});

test("limits, tables and keys are changes: who reads what stays", () => {
  const moved: Plan = {
    ...sourceWith({ table: "personnel", key: { pk: [{ ref: ["user", "sub"] }] } }),
    limits: { accessToken: 8000, idToken: 5000, onOversize: "deny" },
    resourceServers: {
      ...base.resourceServers,
      "care-api": { ...base.resourceServers["care-api"]!, seal: { key: "another", mode: "envelope" } },
    },
  };
  expect(told(diffPlans(base, moved))).toEqual([
    "change | care-api | what care-api reads is now sealed under another key, or in another region",
    "change | where values come from | source `staff` reads another row, or reads it otherwise",
    "change | who gets a token | the limit `accessToken` is now 8000; it was 5000",
  ]);
});

test("an app client that loses its profile and keeps Cognito's own tokens has gained", () => {
  const open: Plan = { ...base, unmatched: "untouched" };
  expect(told(diffPlans(open, { ...open, profiles: [] }))).toContain(
    "widen | who gets a token | app client `web` no longer gets the tokens of profile `people`",
  );
});

test("a profile with another name is the same one, if it matches the same clients", () => {
  expect(told(diffPlans(base, profileWith({ name: "staff" })))).toEqual([
    "change | who gets a token | profile `people` is now called `staff`",
  ]);
});

test("an approval that lasts longer widens", () => {
  const until = (date: string): Plan => ({
    ...base,
    approvals: [{ path: ["unmatched"], what: "untouched", reason: "legacy", approvedBy: "ciso", until: date }],
  });
  expect(told(diffPlans(until("2026-12-31"), until("2027-06-30")))).toEqual([
    "widen | what somebody signed for | `untouched` at unmatched now ends with 2027-06-30; it was: ends with 2026-12-31",
  ]);
  expect(diffPlans(until("2027-06-30"), until("2026-12-31")).map(({ kind }) => kind)).toEqual(["narrow"]);
});

const plans = fc.constantFrom(base, aPlan(), ...Object.values(WIDENINGS));

test("a plan does not differ from itself, whatever its name, its revision and the order of its parts", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const again = structuredClone(plan);
      const turned: Plan = {
        ...again,
        name: "other",
        revision: "2",
        profiles: again.profiles.map((profile) => ({ ...profile, claims: [...profile.claims].reverse() })),
        sources: Object.fromEntries(Object.entries(again.sources).reverse()),
      };
      expect(diffPlans(plan, turned)).toEqual([]);
    }),
  );
});

// Under `untouched`, losing a profile is no loss: see above.
const governed = plans.filter(({ unmatched }) => unmatched !== "untouched");

test("between any two plans, whoever gains one way loses the other way, conditions and values aside", () => {
  fc.assert(
    fc.property(governed, governed, (one, other) => {
      const forwards = diffPlans(one, other);
      const backwards = diffPlans(other, one);
      const count = (found: readonly Difference[], kind: Difference["kind"]): number =>
        found.filter((each) => each.kind === kind && !each.sentence.endsWith("is not shown")).length;
      expect(count(backwards, "narrow")).toBe(count(forwards, "widen"));
      expect(count(backwards, "widen")).toBe(count(forwards, "narrow"));
    }),
  );
});
