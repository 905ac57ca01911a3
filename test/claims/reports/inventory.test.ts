import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import type { Approval, Expr, Plan, Reference } from "../../../claims/plan.ts";
import { inventoryOf } from "../../../claims/reports/inventory.ts";
import type { DataFlow, InventoryEntry } from "../../../claims/reports/inventory-entry.ts";
import { aClaim, aPlan, aProfile } from "../a-plan.ts";
import { drawMap } from "../soundness/draw-map.ts";
import { flowsByTaint } from "./taint.ts";

const ref = (...path: Reference): Expr => ({ op: "ref", ref: path });
const has = (...path: Reference): Expr => ({ op: "has", ref: path });
const pseudonymOf = (of: Expr, attribute: string): Expr => ({ op: "pseudonym", of, attribute });

function compiled(text: string): Plan {
  const { plan, findings } = checkClaimMap(text);
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}

function entry(plan: Plan, data: string): InventoryEntry {
  const found = inventoryOf(plan).find((each) => each.data === data);
  if (found === undefined) throw new Error(`no entry for ${data}`);
  return found;
}

/** `care-api: legal_name, by value` */
function lines(plan: Plan, data: string): readonly string[] {
  return entry(plan, data).flows.map(({ reader, name, ways }) => {
    const how = ways.map((way) => [way.how, ...way.through].join(" "));
    return `${reader}: ${name}, by ${how.join(" and ")}`;
  });
}

const names = (approvals: readonly Approval[]): readonly string[] => approvals.map(({ path }) => path.join("."));

describe("the inventory of the clinic", () => {
  const clinic = compiled(readFileSync("mappings/clinic-eu.claims.yaml", "utf8"));

  test("says of each kind of personal data why, from where, to whom, under which key, in which region, by whose word", () => {
    const told = inventoryOf(clinic).flatMap(({ data, class: how, purpose, origin, flows }) => {
      if (how === "open") return [];
      const from = origin.places.map(({ name, region }) => `${name} in ${region}`).join() || origin.kind;
      return flows.map(({ reader, name, form, keys, approvals }) =>
        [
          `${data} (${how}, ${purpose}) from ${from} to ${reader} as ${name}, ${form}`,
          ...keys.map((key) => `${key.use} ${key.name} in ${key.region}`),
          ...approvals.map(({ what, approvedBy }) => `${what} by ${approvedBy}`),
        ].join("; "),
      );
    });
    const [staff, partners] = ["${env:STAFF_TABLE} in eu-central-1", "${env:PARTNER_TABLE} in eu-central-1"];
    const [care, billing] = [
      "envelope ${env:CARE_KEY_ARN} in eu-central-1",
      "envelope ${env:BILLING_KEY_ARN} in eu-west-1",
    ];
    expect(told).toEqual([
      "user.email (pii, shown to the person) from cognito to the client as email, clear",
      "user.name (pii, shown to the person) from cognito to the client as name, clear",
      `user["custom:employer"] (pii, invoice address) from cognito to billing-api as employer, sealed; ${billing}`,
      `staff.licenceNo (pii, national medical register id) from ${staff} to every API as staff_ref, clear; pseudonym \${env:PSEUDONYM_KEY_ARN} in eu-central-1; declassify by dpo@clinic.example`,
      `staff.licenceNo (pii, national medical register id) from ${staff} to care-api as licence_no, sealed; ${care}`,
      `staff.legalName (pii, signature under reports and invoices) from ${staff} to care-api as legal_name, sealed; ${care}`,
      `staff.legalName (pii, signature under reports and invoices) from ${staff} to billing-api as legal_name, sealed; ${billing}`,
      `staff.bloodType (sensitive, exposure protocol) from ${staff} to care-api as blood_type, sealed; ${care}`,
      `partners.dutyPhone (pii, called when a result is critical) from ${partners} to care-api as duty_phone, sealed; ${care}`,
      "user.identities (pii, null) from cognito to the client as identities, clear",
    ]);
  });

  test("says who opens what is sealed, and where else a source's values may be sealed", () => {
    const { origin, flows } = entry(clinic, "staff.legalName");
    expect(flows.map(({ roles }) => roles)).toEqual([
      ["arn:aws:iam::111122223333:role/care-api"],
      ["arn:aws:iam::444455556666:role/billing-api"],
    ]);
    expect(origin).toEqual({
      kind: "table",
      source: "staff",
      places: [{ name: "${env:STAFF_TABLE}", region: "eu-central-1", partitions: [] }],
      key: ["pk = STAFF#{user.sub}"],
      trust: "operator",
      residency: ["eu-central-1", "eu-west-1"],
    });
  });

  test("has what decides as well: conditions, the tenant, scopes, refusals", () => {
    expect(lines(clinic, "staff.profession")).toEqual([
      "every API: profession, by value",
      "the client: profession, by value",
      "care-api: blood_type, by condition",
      "every API: care-api/chart.write, by condition",
      "every API: billing-api/invoice.read, by condition",
    ]);
    expect(lines(clinic, "client.metadata.clinic")).toEqual([
      "every API: clinic_id, by tenant tenant.id",
      "the client: clinic_id, by tenant tenant.id",
      "whoever asks for a token: TENANT_REFUSED, by condition",
    ]);
    expect(lines(clinic, "staff.suspended")).toEqual(["whoever asks for a token: MAP_SUSPENDED, by condition"]);
  });
});

describe("a value reaches somebody", () => {
  const sealed = { to: [], sealFor: ["care-api"] } as const;
  const people = (changes: Parameters<typeof aProfile>[0]): Plan => aPlan({ profiles: [aProfile(changes)] });

  test("by its value, by its presence alone, and by both at once on one line", () => {
    const phone = ["staff", "phone"] as const;
    const plan = people({
      claims: [
        aClaim("a", ref(...phone), sealed),
        aClaim("b", has(...phone), sealed),
        aClaim("c", ref("staff", "role"), { ...sealed, when: has(...phone) }),
        aClaim("d", ref(...phone), { ...sealed, when: has(...phone) }),
      ],
    });
    expect(lines(plan, "staff.phone")).toEqual([
      "care-api: a, by value",
      "care-api: b, by value",
      "care-api: c, by condition",
      "care-api: d, by value and condition",
    ]);
  });

  test("by the scopes that it decides, added or taken out, or any of them where a list keeps the rest", () => {
    const isSet = has("staff", "role");
    const plan = people({
      scopes: [
        { add: ["care/read"], remove: ["care/write"], when: isSet },
        { add: ["care/read"], remove: [], when: has("staff", "limit") },
        { add: [], remove: [], only: { op: "list", items: [ref("staff", "phone")] } },
      ],
    });
    expect(lines(plan, "staff.role")).toEqual([
      "every API: care/read, by condition",
      "every API: care/write, by condition",
    ]);
    expect(lines(plan, "staff.limit")).toEqual(["every API: care/read, by condition"]);
    expect(lines(plan, "staff.phone")).toEqual(["every API: every custom scope, by condition"]);
  });

  test("by a pseudonym of it alone, under the key for pseudonyms, and by itself where it stands beside one", () => {
    const phone = ref("staff", "phone");
    const pseudonym = pseudonymOf(phone, "staff.phone");
    const plan: Plan = {
      ...people({
        claims: [
          aClaim("a", pseudonym, sealed),
          aClaim("b", { op: "list", items: [pseudonym, phone] }, sealed),
          aClaim("c", { op: "call", name: "last", args: [pseudonym, { op: "int", value: "4" }] }, { to: ["id"] }),
        ],
      }),
      pseudonyms: { key: "${env:P}" },
    };
    expect(lines(plan, "staff.phone")).toEqual([
      "care-api: a, by pseudonym",
      "care-api: b, by value",
      "the client: c, by pseudonym",
    ]);
    const uses = entry(plan, "staff.phone").flows.map(({ keys }) => keys.map(({ use, region }) => [use, region]));
    expect(uses).toEqual([
      [
        ["envelope", "eu-central-1"],
        ["pseudonym", null],
      ],
      [["envelope", "eu-central-1"]],
      [["pseudonym", null]],
    ]);
  });

  test("by the row that it chooses, through every row on the way", () => {
    const { staff } = aPlan().sources;
    const keyed = (...path: Reference) => ({ ...staff!, key: { pk: [{ ref: path }] } }) as Plan["sources"][string];
    const plan: Plan = {
      ...people({ claims: [aClaim("role", ref("member", "role"))] }),
      sources: { account: keyed("user", "email"), member: keyed("account", "phone") },
    };
    expect(lines(plan, "account.phone")).toEqual(["every API: role, by key member"]);
    expect(lines(plan, "user.email")).toEqual([
      "every API: role, by key account member",
      "the client: email, by cognito",
    ]);
  });

  test("as rows: how many there are, and what of each is looked at", () => {
    const rows: Plan["sources"][string] = {
      kind: "query",
      table: "orders",
      key: { pk: [{ ref: ["user", "email"] }] },
      order: "ascending",
      limit: 5,
      onMore: "cut",
      consistent: false,
      trust: "operator",
      onMissing: "empty",
      onError: "deny",
      attributes: { state: { type: "string", class: "pii" }, sum: { type: "int", class: "pii" } },
    };
    const open: Expr = {
      op: "exists",
      of: ref("orders"),
      name: "o",
      body: {
        op: "==",
        left: { op: "field", of: { op: "var", name: "o" }, name: "state" },
        right: { op: "string", value: "" },
      },
    };
    const plan: Plan = { ...people({ claims: [aClaim("open", open, sealed)] }), sources: { orders: rows } };
    expect(lines(plan, "orders.state")).toEqual(["care-api: open, by value"]);
    expect(lines(plan, "orders")).toEqual(["care-api: open, by value"]);
    expect(entry(plan, "orders").class).toBe("pii");
    expect(entry(plan, "orders.sum").flows).toEqual([]);
    expect(lines(plan, "user.email")[0]).toBe("care-api: open, by key orders");
  });

  test("by the place that it chooses, be it of rows or of a key, each place told with its partitions", () => {
    const base = aPlan();
    const plan: Plan = {
      ...people({ claims: [aClaim("phone", ref("staff", "phone"), sealed)] }),
      partition: {
        by: ref("user", "email"),
        values: { de: { at: "eu-central-1" }, at: { at: "eu-central-1" }, us: { at: "us-east-1" } },
      },
      sources: { staff: { ...base.sources["staff"], region: "{partition.at}" } as Plan["sources"][string] },
      resourceServers: {
        "care-api": {
          ...base.resourceServers["care-api"]!,
          seal: { key: "arn:aws:kms:{partition.at}:111122223333:key/care", mode: "envelope" },
        },
      },
    };
    expect(lines(plan, "user.email")[0]).toBe(
      "care-api: phone, by partition partition.at the key of care-api and partition partition.at staff",
    );
    const { origin, flows } = entry(plan, "staff.phone");
    expect(origin.places).toEqual([
      { name: "staff", region: "eu-central-1", partitions: ["de", "at"] },
      { name: "staff", region: "us-east-1", partitions: ["us"] },
    ]);
    expect(flows[0]?.keys.map(({ region, partitions }) => [region, partitions])).toEqual([
      ["eu-central-1", ["de", "at"]],
      ["us-east-1", ["us"]],
    ]);
  });

  test("as Cognito has it: what the ID token keeps, groups, and whoever asks with a token that opens the profile", () => {
    const kept = people({
      idToken: { drop: ["email"] },
      groups: { access: "keep", id: "strip", filter: has("staff", "role") },
    });
    expect(lines(kept, "user.groups")).toEqual(["every API: cognito:groups, by cognito"]);
    expect(lines(kept, "staff.role")).toEqual(["every API: cognito:groups, by condition"]);
    expect(entry(kept, "user.email").flows).toEqual([]);
    expect(lines(kept, "user.*")).toEqual([
      "the client: every other attribute that the app client may read, by cognito",
    ]);
    const asked = people({ selfServiceScopes: "keep", idToken: { keep: [] } });
    expect(lines(asked, "user.email")).toEqual(["whoever bears an access token: email, by cognito"]);
    expect(lines(asked, "user.*")).toHaveLength(1);
  });

  test("under V1 by the scopes of the access token, which cannot be changed there", () => {
    const plan = { ...people({ idToken: { keep: [] } }), events: "V1" } as const;
    expect(lines(plan, "user.email")).toEqual(["whoever bears an access token: email, by cognito"]);
    const bare = aPlan({ events: "V1", unmatched: "bare", profiles: [] });
    expect(lines(bare, "user.*")).toEqual([
      "whoever bears an access token: every other attribute that the app client may read, by cognito",
    ]);
  });

  test("by clients without a profile, as far as the map leaves them alone", () => {
    const others = (unmatched: Plan["unmatched"]): readonly string[] =>
      inventoryOf(aPlan({ unmatched, profiles: [] })).flatMap(({ data, flows }) =>
        flows.map(({ reader, name, profile }) => `${data}: ${reader}, ${name}, ${profile}`),
      );
    expect(others("deny")).toEqual([]);
    expect(others("bare")).toEqual([
      "user.sub: every API, sub, null",
      "user.sub: the client, sub, null",
      "cognito:username: every API, username, null",
      "cognito:username: the client, cognito:username, null",
      "user.identities: the client, identities, null",
    ]);
    expect(others("untouched")).toHaveLength(11);
  });

  test("in every token: subject and username, which is personal where anybody may choose theirs", () => {
    expect(lines(aPlan(), "user.sub")).toEqual(["every API: sub, by cognito", "the client: sub, by cognito"]);
    expect(entry(aPlan(), "cognito:username").class).toBe("open");
    expect(entry(aPlan({ usernames: "any" }), "cognito:username").class).toBe("pii");
    expect(
      inventoryOf(aPlan({ profiles: [aProfile({ grants: ["client_credentials"] })] })).map(({ data }) => data),
    ).toEqual(["user.email", "client.metadata.wish", "staff.role", "staff.limit", "staff.phone"]);
  });
});

describe("what somebody signed for", () => {
  const signed = (what: Approval["what"], ...path: readonly string[]): Approval => ({
    what,
    path: [...path, what],
    reason: "they said so",
    approvedBy: "dpo@example.eu",
  });
  const approvalsOf = (plan: Plan, data: string): readonly (readonly string[])[] =>
    entry(plan, data).flows.map(({ approvals }: DataFlow) => names(approvals));

  test("stands where a private value is in the clear, and not where the same claim has none", () => {
    const plan = aPlan({
      profiles: [
        aProfile({
          claims: [
            aClaim("short", ref("staff", "phone"), { to: ["access", "id"], when: has("staff", "role") }),
            aClaim("phone", ref("staff", "phone"), { to: [], sealFor: ["care-api"] }),
          ],
        }),
      ],
      approvals: [
        signed("declassify", "profiles", "people", "claims", "short"),
        signed("declassify", "profiles", "others", "claims", "short"),
      ],
    });
    expect(approvalsOf(plan, "staff.phone")).toEqual([["profiles.people.claims.short.declassify"], [], []]);
    expect(approvalsOf(plan, "staff.role")).toEqual([[], []]);
  });

  test("in claim sets stands at every set that has such a claim, unless the profile has one of its own", () => {
    const sets = [
      signed("declassify", "claimSets", "one", "claims", "short"),
      signed("declassify", "claimSets", "two", "claims", "short"),
    ];
    const profiles = [aProfile({ claims: [aClaim("short", ref("staff", "phone"))] })];
    expect(approvalsOf(aPlan({ profiles, approvals: sets }), "staff.phone")).toEqual([
      ["claimSets.one.claims.short.declassify", "claimSets.two.claims.short.declassify"],
    ]);
    const own = signed("declassify", "profiles", "people", "claims", "short");
    expect(approvalsOf(aPlan({ profiles, approvals: [...sets, own] }), "staff.phone")).toEqual([
      ["profiles.people.claims.short.declassify"],
    ]);
  });

  test("of a private key stands at what it chooses and at everything that is read by it", () => {
    const { staff } = aPlan().sources;
    const plan = aPlan({
      sources: { staff: { ...staff, key: { pk: [{ ref: ["user", "email"] }] } } as Plan["sources"][string] },
      profiles: [aProfile({ idToken: { keep: [] }, claims: [aClaim("role", ref("staff", "role"))] })],
      approvals: [
        signed("keyDeclassify", "sources", "staff"),
        signed("declassify", "profiles", "people", "claims", "role"),
      ],
    });
    expect(approvalsOf(plan, "user.email")).toEqual([["sources.staff.keyDeclassify"]]);
    expect(approvalsOf(plan, "staff.role")).toEqual([["sources.staff.keyDeclassify"]]);
  });

  test("of trust stands where untrusted values grant or restrict, and not where they inform or were found in a list", () => {
    const plan = aPlan({
      tenant: { requested: ref("client", "metadata", "wish"), allowed: ref("staff", "role"), otherwise: "none" },
      profiles: [
        aProfile({
          idToken: { keep: [] },
          claims: [
            aClaim("wish", ref("client", "metadata", "wish"), { effect: "grants" }),
            aClaim("told", ref("client", "metadata", "wish"), { effect: "informs" }),
            aClaim("tenant", ref("tenant", "id"), { effect: "grants" }),
          ],
        }),
      ],
      approvals: ["wish", "told", "tenant"].map((claim) => signed("endorse", "profiles", "people", "claims", claim)),
    });
    expect(approvalsOf(plan, "client.metadata.wish")).toEqual([["profiles.people.claims.wish.endorse"], [], []]);
    expect(approvalsOf(plan, "staff.role")).toEqual([[]]);
  });

  test("of what Cognito shows stands at the ID token, at whoever asks, and at clients without a profile", () => {
    const plan = aPlan({
      unmatched: "untouched",
      profiles: [aProfile({ idToken: { unchanged: true }, selfServiceScopes: "keep" })],
      approvals: [
        { ...signed("untouched"), path: ["unmatched"] },
        signed("idToken", "profiles", "people"),
        signed("selfServiceScopes", "profiles", "people"),
      ],
    });
    expect(approvalsOf(plan, "user.sub")).toEqual([[], [], ["unmatched"], ["unmatched"]]);
    expect(approvalsOf(plan, "user.email")).toEqual([
      ["profiles.people.idToken"],
      ["profiles.people.selfServiceScopes"],
      ["unmatched"],
      ["unmatched"],
    ]);
  });
});

test("what identity providers send is told with what the pool stores of it", () => {
  const plan = compiled(readFileSync("test/claims/maps/whole.claims.yaml", "utf8"));
  const sent = inventoryOf(plan).filter(({ origin }) => origin.kind === "provider");
  const told = sent.map(({ data, class: how, origin, flows }) => {
    const stored = flows.map(({ reader, form, name }) => `${reader}, ${form} as ${name}`);
    return `${data} (${how}) of ${origin.source} to ${stored.join(" and ")}`;
  });
  expect(told).toEqual([
    "idp.mail (pii) of Works to the user pool, stored as email",
    "idp.groups (open) of Works to the user pool, stored as custom:groups",
    "idp.rank (open) of Works to the user pool, stored as custom:place",
    "idp.branch (open) of Works to the user pool, stored as custom:place",
    "idp.sub (pii) of Google to the user pool, stored as sub",
  ]);
  const { Works } = plan.federation?.providers ?? {};
  const dropping = { ...plan, federation: { patterns: [], providers: { Works: { ...Works!, keep: [] } } } };
  expect(inventoryOf(dropping).filter(({ data, flows }) => data.startsWith("idp.") && flows.length > 0)).toEqual([]);
});

test("a public key that stands in the map goes by its digest", () => {
  const key = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${"A".repeat(85)}A==`;
  const [name, server] = Object.entries(aPlan().resourceServers)[0]!;
  const plan = aPlan({
    resourceServers: { [name]: { ...server, seal: { key, mode: "asymmetric" } } },
    profiles: [aProfile({ claims: [aClaim("phone", ref("staff", "phone"), { to: [], sealFor: [name] })] })],
  });
  expect(entry(plan, "staff.phone").flows[0]?.keys).toEqual([
    { name: expect.stringMatching(/^public key, SHA-256 [\w-]{43}$/), region: null, partitions: [], use: "asymmetric" },
  ]);
});

/** What leads values somewhere in a way of its own. */
const RARE = [
  "only",
  "partitioned key",
  "partitioned table",
  "keyed by a source",
  "keyed by the tenant",
  "group filter",
];

test("whatever the map, everything that is read is in the inventory with everybody it reaches, and nobody else", () => {
  const count = { maps: 0, private: 0, deciding: 0 };
  for (let seed = 0; count.maps < 25; seed += 1) {
    const { text, features } = drawMap([20_261_123, seed]);
    // To check a map takes longest, so what is rare in all of them is looked for first.
    if (RARE.filter((feature) => features.has(feature)).length < 2) continue;
    const { plan } = checkClaimMap(text, { format: "json" });
    if (plan === null) continue;
    count.maps += 1;
    const told = new Set<string>();
    for (const { data, class: how, flows } of inventoryOf(plan)) {
      for (const flow of flows) {
        if (isCognitosOwn(data, flow)) continue;
        told.add(`${plain(data)} -> ${flow.profile} ${placeOf(flow)} ${flow.name}`);
        count.private += Number(how !== "open");
        count.deciding += Number(flow.ways.every((way) => way.how !== "value" && way.how !== "cognito"));
      }
    }
    expect([...told].toSorted(), `seed ${seed}`).toEqual([...flowsByTaint(plan)].toSorted());
    const declared = Object.entries(plan.sources).flatMap(([source, { attributes }]) =>
      Object.entries(attributes).map(([name, { class: how }]) => `${source}.${name} ${how}`),
    );
    const listed = inventoryOf(plan).map(({ data, class: how }) => `${plain(data)} ${how}`);
    expect(
      declared.filter((each) => !listed.includes(each)),
      `seed ${seed}`,
    ).toEqual([]);
  }
  // What the comparison was made of.
  expect(count.private).toBeGreaterThan(50);
  expect(count.deciding).toBeGreaterThan(30);
});

/** `user["custom:x"]` as `user.custom:x` */
function plain(data: string): string {
  return data.replace(/\["(.+)"\]/, ".$1");
}

function placeOf({ as, token, form, reader }: DataFlow): string {
  if (as === "refusal") return "refused";
  return form === "sealed" ? reader : form === "asked" ? "asked" : String(token);
}

/** What stands in tokens whatever the map says. */
function isCognitosOwn(data: string, { as, name }: DataFlow): boolean {
  const always = ["sub", "username", "cognito:username", "identities"].includes(name);
  return data === "user.*" || data === "user.sub" || (as === "cognito" && always);
}
