import { describe, expect, test } from "vitest";
import type { Look } from "../../../claims/evaluate/evaluate.ts";
import type { Fact, LoadAttributes, RowRequest, RowResult } from "../../../claims/facts.ts";
import { gatherFacts } from "../../../claims/gather/gather-facts.ts";
import type { FactTools } from "../../../claims/gather/look-at.ts";
import { partitionText } from "../../../claims/gather/partition.ts";
import type { Expr, Plan, PlanProfile, PlanSource, Reference } from "../../../claims/plan.ts";
import type { Subject } from "../../../cognito/subject.ts";
import { aMachine, aPlan, aProfile, aSubject, SUB } from "../a-plan.ts";

const now = new Date("2026-11-23T10:00:00Z");
const tools: FactTools = {
  now,
  matches: () => false,
  covers: (pattern, text) => new RegExp(`^(?:${pattern})$`).test(text),
};
const staff = aPlan().sources["staff"] as PlanSource & { readonly kind: "row" };
const found = (row: { readonly [name: string]: unknown }): RowResult => ({
  state: "found",
  row: new Map(Object.entries(row)),
});
const ref = (...reference: Reference): Expr => ({ op: "ref", ref: reference });
const present = (value: unknown) => ({ state: "present", value }) as Fact;

/** Answers by source, and remembers what was asked in each wave. */
function tables(results: {
  readonly [source: string]: RowResult;
}): LoadAttributes & { readonly waves: (readonly RowRequest[])[] } {
  const waves: (readonly RowRequest[])[] = [];
  const load: LoadAttributes = (requests) => {
    waves.push(requests);
    return Promise.resolve(requests.map(({ source }) => results[source] ?? { state: "missing" }));
  };
  return Object.assign(load, { waves });
}

function gather(
  plan: Plan,
  load: LoadAttributes,
  { profile = plan.profiles[0] ?? aProfile(), subject = aSubject() }: { profile?: PlanProfile; subject?: Subject } = {},
): Promise<Look> {
  return gatherFacts(plan, profile, subject, load, tools, new AbortController().signal);
}

describe("facts of the event", () => {
  const subject = aSubject({ groups: ["a"], metadata: new Map([["wish", "x"]]) });

  test("are what Cognito said, each held against its declaration", async () => {
    const look = await gather(aPlan(), tables({ staff: found({}) }), { subject });
    expect(look(["user", "sub"])).toEqual(present(SUB));
    expect(look(["user", "email"])).toEqual(present("nora@example.com"));
    expect(look(["user", "groups"])).toEqual(present(["a"]));
    expect(look(["client", "id"])).toEqual(present("web"));
    expect(look(["client", "metadata", "wish"])).toEqual(present("x"));
    expect(look(["request", "scopes"])).toEqual(present(["openid", "email", "aws.cognito.signin.user.admin"]));
    expect(look(["request", "grant"])).toEqual(present("user"));
    expect(look(["now"])).toEqual(present(now));
  });

  test("hold nothing of a person's for a machine", async () => {
    const look = await gather(aPlan(), tables({}), { subject: aMachine(), profile: aProfile({ reads: [] }) });
    expect(look(["user", "sub"])).toEqual({ state: "absent" });
    expect(look(["user", "email"])).toEqual({ state: "absent" });
    expect(look(["client", "id"])).toEqual(present("machine"));
    expect(look(["request", "grant"])).toEqual(present("client_credentials"));
  });

  test.for<Reference>([
    ["user", "phone_number"],
    ["user", "__proto__"],
    ["client", "metadata", "other"],
    ["request", "headers"],
    ["staff", "secret"],
    ["staff"],
    ["nowhere", "role"],
    ["__proto__", "role"],
  ])("do not hold what was never declared: %o", async (reference) => {
    const look = await gather(aPlan(), tables({ staff: found({ secret: "x" }) }), { subject });
    expect(look(reference)).toEqual({ state: "failed" });
  });

  test("know of a pattern by what matches it", async () => {
    const user = { email: { type: "string", class: "pii", trust: "user", pattern: "[^@]+@example\\.com" } } as const;
    const plan = aPlan({ inputs: { user, metadata: {} }, profiles: [aProfile({ reads: [] })] });
    const look = async (email: string) =>
      (await gather(plan, tables({}), { subject: aSubject({ attributes: new Map([["email", email]]) }) }))([
        "user",
        "email",
      ]);
    expect(await look("nora@example.com")).toEqual(present("nora@example.com"));
    expect(await look("nora@example.com.evil.test")).toEqual({ state: "invalid" });
  });
});

describe("a row", () => {
  test("is asked for by its whole key, with the attributes the profile needs and no others", async () => {
    const load = tables({ staff: found({ role: "nurse", limit: "many", phone: "+1" }) });
    const look = await gather(aPlan(), load, { profile: aProfile({ reads: [{ staff: ["role", "limit"] }] }) });
    expect(load.waves).toEqual([
      [
        {
          kind: "row",
          source: "staff",
          table: "staff",
          region: undefined,
          key: { pk: `STAFF#${SUB}` },
          attributes: ["role", "limit"],
          consistent: true,
        },
      ],
    ]);
    expect(look(["staff", "role"])).toEqual(present("nurse"));
    expect(look(["staff", "limit"])).toEqual({ state: "invalid" });
  });

  test("leaves unknown what was not asked for, default or not", async () => {
    const attributes = { ...staff.attributes, suspended: { type: "bool", class: "open", default: false } } as const;
    const look = await gather(aPlan({ sources: { staff: { ...staff, attributes } } }), tables({ staff: found({}) }));
    expect(look(["staff", "role"])).toEqual({ state: "absent" });
    expect(look(["staff", "suspended"])).toEqual({ state: "failed" });
  });

  test("that the profile does not need is not asked for", async () => {
    const load = tables({});
    await gather(aPlan(), load, { profile: aProfile({ reads: [] }) });
    expect(load.waves).toEqual([]);
  });

  const outcomes: readonly [
    what: string,
    changes: Partial<PlanSource>,
    result: RowResult,
    code: string,
    message: string,
  ][] = [
    ["missing", {}, { state: "missing" }, "SOURCE_MISSING", "no row for this subject"],
    ["failed", {}, { state: "failed" }, "SOURCE_UNAVAILABLE", "its row could not be read"],
    [
      "failed under empty",
      { onMissing: "empty" },
      { state: "failed" },
      "SOURCE_UNAVAILABLE",
      "its row could not be read",
    ],
    [
      "missing under unknown",
      { onError: "unknown" },
      { state: "missing" },
      "SOURCE_MISSING",
      "no row for this subject",
    ],
    [
      "failed under stale, with nothing read before",
      { onError: { stale: 60 } },
      { state: "failed" },
      "SOURCE_UNAVAILABLE",
      "its row could not be read",
    ],
    [
      "answered with several",
      {},
      { state: "rows", rows: [], more: false },
      "SOURCE_UNAVAILABLE",
      "its row could not be read",
    ],
  ];
  test.for(outcomes)("that is %s refuses the token", async ([, changes, result, code, message]) => {
    const plan = aPlan({ sources: { staff: { ...staff, ...changes } as PlanSource } });
    await expect(gather(plan, tables({ staff: result }))).rejects.toMatchObject({
      name: "ClaimsError",
      code,
      message: `source "staff": ${message}`,
    });
  });

  test("that is missing is an empty one under onMissing: empty", async () => {
    const look = await gather(aPlan({ sources: { staff: { ...staff, onMissing: "empty" } } }), tables({}));
    expect(look(["staff", "role"])).toEqual({ state: "absent" });
  });

  test("that failed leaves everything in it failed under onError: unknown", async () => {
    const plan = aPlan({ sources: { staff: { ...staff, onError: "unknown" } } });
    const look = await gather(plan, tables({ staff: { state: "failed" } }));
    expect(look(["staff", "role"])).toEqual({ state: "failed" });
  });

  test("whose key cannot be built is not asked for: it refuses, or is failed under onError: unknown", async () => {
    const key = { pk: ["C#", { ref: ["client", "id"] }] } as const;
    const load = tables({ staff: found({ role: "nurse" }) });
    const subject = aSubject({ clientId: "aC#b" });
    await expect(gather(aPlan({ sources: { staff: { ...staff, key } } }), load, { subject })).rejects.toMatchObject({
      code: "SOURCE_INVALID",
      message: 'source "staff": its key cannot be built for this subject',
    });
    const lenient = aPlan({ sources: { staff: { ...staff, key, onError: "unknown" } } });
    const look = await gather(lenient, load, { subject });
    expect(look(["staff", "role"])).toEqual({ state: "failed" });
    expect(load.waves).toEqual([]);
  });

  test("that nobody answered for is failed", async () => {
    await expect(gather(aPlan(), () => Promise.resolve([]))).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });
});

describe("waves", () => {
  const team: PlanSource = {
    ...staff,
    table: "teams",
    key: { pk: ["TEAM#", { ref: ["staff", "role"] }] },
    attributes: { lead: { type: "string", class: "open" } },
  };
  const plan = aPlan({
    sources: { staff, team, other: staff },
    profiles: [aProfile({ reads: [{ staff: ["role"], other: ["limit"] }, { team: ["lead"] }] })],
  });

  test("follow each other, and what one found builds the keys of the next", async () => {
    const load = tables({ staff: found({ role: "a" }), other: found({ limit: 1 }), team: found({ lead: "anna" }) });
    const look = await gather(plan, load);
    expect(load.waves.map((wave) => wave.map(({ source }) => source))).toEqual([["staff", "other"], ["team"]]);
    expect(load.waves[1]).toEqual([expect.objectContaining({ table: "teams", key: { pk: "TEAM#a" } })]);
    expect(look(["team", "lead"])).toEqual(present("anna"));
    expect(look(["other", "limit"])).toEqual(present(1n));
  });

  test("stop at the first refusal", async () => {
    const load = tables({ staff: found({}), other: { state: "failed" } });
    await expect(gather(plan, load)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(load.waves).toHaveLength(1);
  });

  test("a key that needs an absent value cannot be built", async () => {
    const load = tables({ staff: found({}), other: found({}) });
    await expect(gather(plan, load)).rejects.toMatchObject({
      code: "SOURCE_INVALID",
      message: expect.stringContaining('"team"'),
    });
  });
});

describe("a source of several rows", () => {
  const memberships: PlanSource & { readonly kind: "query" } = {
    kind: "query",
    table: "members",
    index: "by-person",
    key: { person: [{ ref: ["user", "sub"] }] },
    beginsWith: { org: ["ORG#"] },
    order: "descending",
    limit: 2,
    onMore: "deny",
    consistent: false,
    trust: "operator",
    onMissing: "empty",
    onError: "deny",
    attributes: {
      org: { type: "string", class: "open", maxLength: 5 },
      role: { type: "string", class: "open", default: "guest" },
    },
  };
  const plan = (changes: Partial<typeof memberships> = {}) =>
    aPlan({
      sources: { memberships: { ...memberships, ...changes } },
      profiles: [aProfile({ reads: [{ memberships: ["org", "role"] }] })],
    });
  const row = (entries: { readonly [name: string]: unknown }) => new Map(Object.entries(entries));
  const rows = (
    more: boolean,
    ...each: readonly { readonly [name: string]: unknown }[]
  ): { memberships: RowResult } => ({
    memberships: { state: "rows", rows: each.map(row), more },
  });

  test("is asked for as the map says", async () => {
    const load = tables(rows(false));
    await gather(plan(), load);
    expect(load.waves).toEqual([
      [
        {
          kind: "query",
          source: "memberships",
          table: "members",
          region: undefined,
          index: "by-person",
          key: { person: SUB },
          beginsWith: { org: "ORG#" },
          order: "descending",
          limit: 2,
          attributes: ["org", "role"],
          consistent: false,
        },
      ],
    ]);
  });

  test("is a list in which each attribute of each row has a state of its own", async () => {
    const look = await gather(plan(), tables(rows(false, { org: "a", role: "admin" }, { org: "too long" })));
    expect(look(["memberships"])).toEqual(
      present([
        {
          attributes: new Map([
            ["org", present("a")],
            ["role", present("admin")],
          ]),
        },
        {
          attributes: new Map<string, Fact>([
            ["org", { state: "invalid" }],
            ["role", present("guest")],
          ]),
        },
      ]),
    );
    expect(look(["memberships", "org"])).toEqual({ state: "failed" });
  });

  test("without rows is empty, or refuses under onMissing: deny", async () => {
    expect((await gather(plan(), tables(rows(false))))(["memberships"])).toEqual(present([]));
    await expect(gather(plan({ onMissing: "deny" }), tables(rows(false)))).rejects.toMatchObject({
      code: "SOURCE_MISSING",
      message: 'source "memberships": no rows for this subject',
    });
  });

  test("with more rows than its limit refuses, is failed, or is cut", async () => {
    const many = tables(rows(true, { org: "a" }, { org: "b" }));
    await expect(gather(plan(), many)).rejects.toMatchObject({
      code: "SOURCE_INVALID",
      message: 'source "memberships": more rows for this subject than its limit',
    });
    expect((await gather(plan({ onError: "unknown" }), many))(["memberships"])).toEqual({ state: "failed" });
    const cut = await gather(plan({ onMore: "cut" }), tables(rows(false, { org: "a" }, { org: "b" }, { org: "c" })));
    expect(cut(["memberships"])).toMatchObject({ state: "present", value: { length: 2 } });
  });

  test.for<RowResult>([{ state: "failed" }, { state: "missing" }, { state: "found", row: new Map() }])(
    "that is answered with %o could not be read",
    async (result) => {
      await expect(gather(plan(), tables({ memberships: result }))).rejects.toMatchObject({
        code: "SOURCE_UNAVAILABLE",
        message: 'source "memberships": its rows could not be read',
      });
    },
  );

  test("whose beginning ends with a value is not asked for: longer values begin like it", async () => {
    const load = tables(rows(false));
    const beginsWith = { org: ["ORG#", { ref: ["client", "id"] }] } as const;
    await expect(gather(plan({ beginsWith }), load)).rejects.toMatchObject({ code: "SOURCE_INVALID" });
    expect(load.waves).toEqual([]);
    await gather(plan({ beginsWith: { org: [...beginsWith.org, "#"] } }), load);
    expect(load.waves).toEqual([[expect.objectContaining({ beginsWith: { org: "ORG#web#" } })]]);
  });

  test("whose beginning cannot be built is not asked for", async () => {
    const load = tables(rows(false));
    await expect(
      gather(plan({ beginsWith: { org: ["ORG#", { ref: ["client", "metadata", "wish"] }, "#"] } }), load),
    ).rejects.toMatchObject({ code: "SOURCE_INVALID" });
    expect(load.waves).toEqual([]);
  });
});

describe("a source in code", () => {
  test("is told who the subject is and nothing personal", async () => {
    const plan = aPlan({
      sources: { staff: { ...staff, kind: "custom", hook: "entitlements" } as unknown as PlanSource },
    });
    const load = tables({ staff: found({ role: "nurse" }) });
    const look = await gather(plan, load);
    const subject = { poolId: "eu-central-1_Example01", clientId: "web", grant: "user", sub: SUB };
    expect(load.waves).toEqual([
      [{ kind: "custom", source: "staff", hook: "entitlements", subject, attributes: ["role"] }],
    ]);
    expect(look(["staff", "role"])).toEqual(present("nurse"));
  });

  test("that is another function is asked for by its ARN, and its claims are held to the declarations", async () => {
    const plan = aPlan({ sources: { staff: { ...staff, kind: "chain", function: "arn" } as unknown as PlanSource } });
    const load = tables({ staff: found({ role: "nurse" }) });
    const look = await gather(plan, load);
    expect(load.waves).toEqual([[{ kind: "chain", source: "staff", function: "arn", attributes: ["role"] }]]);
    expect(look(["staff", "role"])).toEqual(present("nurse"));
    expect((await gather(plan, tables({ staff: found({ role: 7 }) })))(["staff", "role"])).toEqual({
      state: "invalid",
    });
  });
});

describe("a tenant", () => {
  const clinicIds = { type: { list: "string" }, class: "open" } as const;
  const requested = ref("client", "metadata", "wish");
  const allowed = ref("staff", "clinicIds");
  const withTenant = (tenant: Partial<NonNullable<Plan["tenant"]>> = {}): Plan =>
    aPlan({
      sources: { staff: { ...staff, attributes: { clinicIds, home: { type: "string", class: "open" } } } },
      tenant: { requested, allowed, otherwise: "deny", ...tenant },
      profiles: [
        aProfile({
          reads: [{ staff: ["clinicIds", "home"] }],
          needs: { tenant: true, partition: false, pseudonyms: false },
        }),
      ],
    });
  const asking = (wish?: string) => aSubject({ metadata: new Map(wish === undefined ? [] : [["wish", wish]]) });
  const row = found({ clinicIds: ["c1", "c2"], home: "c2" });
  const chosen = async (plan: Plan, wish?: string, result: RowResult = row) =>
    (await gather(plan, tables({ staff: result }), { subject: asking(wish) }))(["tenant", "id"]);

  test("is the one requested, if it is allowed", async () => {
    expect(await chosen(withTenant(), "c1")).toEqual(present("c1"));
  });

  test("is the default, only if none was requested", async () => {
    const plan = withTenant({ default: ref("staff", "home") });
    expect(await chosen(plan)).toEqual(present("c2"));
    expect(await chosen(plan, "")).toEqual(present("c2"));
    expect(await chosen(plan, "c1")).toEqual(present("c1"));
  });

  test("is absent where the map lets none pass", async () => {
    expect(await chosen(withTenant({ otherwise: "none" }))).toEqual({ state: "absent" });
    expect(await chosen(withTenant({ otherwise: "none", default: { op: "string", value: "" } }))).toEqual({
      state: "absent",
    });
  });

  const absentRow = found({});
  const refused: readonly [what: string, plan: Plan, wish: string | undefined, row: RowResult, message: string][] = [
    ["a request for another's", withTenant(), "c3", row, "the one chosen is not among those allowed"],
    [
      "a request for another's where none may pass",
      withTenant({ otherwise: "none" }),
      "c3",
      row,
      "the one chosen is not among those allowed",
    ],
    [
      "a default that is not allowed",
      withTenant({ default: { op: "string", value: "c3" } }),
      undefined,
      row,
      "the one chosen is not among those allowed",
    ],
    ["none", withTenant(), undefined, row, "none was requested, and there is no default"],
    [
      "an unknown default",
      withTenant({ default: ref("staff", "home") }),
      undefined,
      found({ clinicIds: [] }),
      "none was requested, and there is no default",
    ],
    [
      "a request where it is unknown what is allowed",
      withTenant({ otherwise: "none" }),
      "c1",
      absentRow,
      "which ones are allowed is not known (absent)",
    ],
    [
      "a request where what is allowed is invalid",
      withTenant(),
      "c1",
      found({ clinicIds: "c1" }),
      "which ones are allowed is not known (invalid)",
    ],
    [
      "a request that is not known",
      withTenant({ otherwise: "none", requested: ref("nowhere", "x") }),
      "c1",
      row,
      "it is not known which one was requested",
    ],
    ["a request that is no text", withTenant({ requested: { op: "int", value: "1" } }), "c1", row, "it is not a text"],
  ];
  test.for(refused)("%s is refused, whether or not anything reads it", async ([, plan, wish, result, message]) => {
    await expect(chosen(plan, wish, result)).rejects.toMatchObject({
      name: "ClaimsError",
      code: "TENANT_REFUSED",
      message: `tenant: ${message}`,
    });
  });

  test("an invalid request is one that was made", async () => {
    const metadata = { wish: { type: "string", class: "open", trust: "caller", maxLength: 2 } } as const;
    const plan = { ...withTenant({ otherwise: "none" }), inputs: { user: {}, metadata } };
    await expect(chosen(plan, "c1x")).rejects.toMatchObject({ code: "TENANT_REFUSED" });
  });

  test("is not worked out for a profile that does not need it", async () => {
    const profile = aProfile({ reads: [{ staff: ["clinicIds"] }] });
    await expect(gather(withTenant(), tables({ staff: row }), { subject: asking("c3"), profile })).resolves.toBeTypeOf(
      "function",
    );
  });

  test("may be what a later row is looked up by", async () => {
    const plan = withTenant();
    const clinic: PlanSource = { ...staff, table: "clinics", key: { pk: ["CLINIC#", { ref: ["tenant", "id"] }] } };
    const [profile = aProfile()] = plan.profiles;
    const reads = [...profile.reads, { clinic: ["role"] }];
    const load = tables({ staff: row, clinic: found({ role: "x" }) });
    await gather({ ...plan, sources: { ...plan.sources, clinic } }, load, {
      subject: asking("c1"),
      profile: { ...profile, reads },
    });
    expect(load.waves[1]).toEqual([expect.objectContaining({ key: { pk: "CLINIC#c1" } })]);
    const other = tables({ staff: row, clinic: found({ role: "x" }) });
    const attempt = gather({ ...plan, sources: { ...plan.sources, clinic } }, other, {
      subject: asking("c3"),
      profile: { ...profile, reads },
    });
    await expect(attempt).rejects.toMatchObject({ code: "TENANT_REFUSED" });
    expect(other.waves).toHaveLength(1);
  });

  test("that is built on itself is not known", async () => {
    await expect(chosen(withTenant({ requested: ref("tenant", "id") }))).rejects.toMatchObject({
      code: "TENANT_REFUSED",
    });
  });
});

describe("a partition", () => {
  const user = { "custom:region": { type: "string", class: "open", trust: "operator" } } as const;
  const plan = aPlan({
    inputs: { user, metadata: {} },
    sources: { staff: { ...staff, table: "staff-{partition.suffix}", region: "{partition.region}" } },
    partition: {
      by: ref("user", "custom:region"),
      values: { eu: { suffix: "eu", region: "eu-central-1" }, us: { suffix: "us", region: "us-east-1" } },
    },
    profiles: [aProfile({ needs: { tenant: false, partition: true, pseudonyms: false } })],
  });
  const from = (region: string | undefined) =>
    aSubject({ attributes: new Map(region === undefined ? [] : [["custom:region", region]]) });

  test("chooses where a row is read, and what goes into keys of KMS", async () => {
    const load = tables({ staff: found({ role: "nurse" }) });
    const look = await gather(plan, load, { subject: from("us") });
    expect(load.waves[0]).toEqual([expect.objectContaining({ table: "staff-us", region: "us-east-1" })]);
    expect(look(["partition", "suffix"])).toEqual(present("us"));
    expect(look(["partition", "other"])).toEqual({ state: "failed" });
    expect(partitionText(plan, look, "arn:{partition.region}:{partition.suffix}")).toBe("arn:us-east-1:us");
    expect(() => partitionText(plan, look, "{partition.other}")).toThrow(
      expect.objectContaining({
        code: "PARTITION_UNKNOWN",
        message: 'partition: nothing is known as "other" for this subject',
      }),
    );
  });

  test.for([undefined, "", "mars", "__proto__", "constructor"])(
    "by %s, which has no entry, refuses before any read",
    async (region) => {
      const load = tables({ staff: found({ role: "nurse" }) });
      await expect(gather(plan, load, { subject: from(region) })).rejects.toMatchObject({
        name: "ClaimsError",
        code: "PARTITION_UNKNOWN",
        message: "partition: it is not known in which one this subject is",
      });
      expect(load.waves).toEqual([]);
    },
  );

  test("that only an envelope's key needs refuses too", async () => {
    const profile = aProfile({ reads: [], needs: { tenant: false, partition: true, pseudonyms: false } });
    await expect(gather(plan, tables({}), { subject: from("mars"), profile })).rejects.toMatchObject({
      code: "PARTITION_UNKNOWN",
    });
  });

  test("leaves texts alone in a map without any", async () => {
    const look = await gather(aPlan(), tables({ staff: found({}) }));
    expect(partitionText(aPlan(), look, "arn:aws:kms")).toBe("arn:aws:kms");
  });
});
