import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bindPlan } from "../../claims/bind.ts";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";
import type { TableRows } from "../../local/dynamodb.ts";
import { type ExplainInput, type Explanation, explainClaim, profileOf } from "../../local/explain.ts";
import { previewToken } from "../../local/preview.ts";

const SUB = "6a1f0c52-7d0e-4b7e-9a3b-0d6c2b1e4f01";

const MAP = `version: 1
name: explained
revision: "1"
pool: { events: V2, usernames: opaque }
inputs:
  user.custom:level:    { type: int, class: open, default: 1 }
  client.metadata.team: { type: string, class: open, maxLength: 12 }
sources:
  staff:
    dynamodb: { table: staff, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes:
      teams: { type: list<string>, class: open, maxItems: 5, maxLength: 12 }
      role:  { type: string, class: open, values: [nurse, clerk] }
      limit: { type: int, class: open, max: 100 }
      phone: { type: string, class: pii, maxLength: 20, purpose: "called" }
      blood: { type: string, class: sensitive, values: ["0+", "AB+"], purpose: "protocol" }
  ward:
    dynamodb: { table: wards, key: { pk: "TEAM#{tenant.id}" } }
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      floor: { type: int, class: open }
  memberships:
    dynamodb: { table: members, query: { key: { pk: "{user.sub}" }, limit: 5, onMore: cut } }
    trust: operator
    onMissing: empty
    onError: unknown
    attributes:
      org: { type: string, class: open, maxLength: 12 }
tenant: { requested: client.metadata.team, allowed: staff.teams, otherwise: none }
resourceServers:
  care-api:
    identifier: care
    scopes: [read]
    seal: { key: "arn:aws:kms:eu-central-1:111122223333:key/care", region: eu-central-1, mode: envelope }
    readers: ["arn:aws:iam::111122223333:role/care"]
  billing-api:
    identifier: billing
    scopes: [read]
    seal: { key: "arn:aws:kms:eu-central-1:111122223333:key/billing", region: eu-central-1, mode: envelope }
    readers: ["arn:aws:iam::111122223333:role/billing"]
profiles:
  people:
    match: { grants: [user], clients: [web] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    refuse: [{ when: 'staff.role == "clerk" && staff.limit == 13', code: UNLUCKY }]
    claims:
      team:  { value: tenant.id, to: [access], effect: grants }
      floor: { value: ward.floor, to: [access], effect: informs }
      role:  { value: staff.role, to: [access, id], effect: informs, when: "staff.limit > 1" }
      limit: { value: staff.limit, to: [access], effect: restricts, otherwise: 0 }
      level: { value: 'user["custom:level"]', to: [access], effect: informs }
      orgs:  { value: "memberships.map(m, m.org)", to: [access], effect: informs }
      phone: { value: staff.phone, sealFor: [care-api, billing-api], effect: informs }
      blood: { value: staff.blood, sealFor: [care-api], effect: informs }
    scopes:
      - { add: [care/read] }
`;

const plan = bindPlan(checkClaimMap(MAP).plan as Plan, {});
const shape = JSON.parse(readFileSync("test/events/v2.hosted-auth.json", "utf8")) as { request: object };
const eventWith = (metadata: Readonly<Record<string, string>> = {}, attributes: object = {}): object => ({
  ...shape,
  userName: SUB,
  callerContext: { clientId: "web" },
  request: { ...shape.request, userAttributes: { sub: SUB, ...attributes }, clientMetadata: metadata },
});

const row = { pk: `STAFF#${SUB}`, teams: ["blue"], role: "nurse", limit: 5, phone: "+49 30 5550100", blood: "AB+" };
const tables = { staff: [row], wards: [{ pk: "TEAM#blue", floor: 3 }], members: [] };

async function explained(claim: string, changes: Partial<ExplainInput> = {}): Promise<Explanation> {
  const found = await explainClaim({ plan, claim, profile: "people", event: eventWith(), tables, ...changes });
  return found as Explanation;
}

const withRow = (changes: object): TableRows => ({ ...tables, staff: [{ ...row, ...changes }] });
const withoutRowOf = (table: keyof typeof tables): TableRows => ({ ...tables, [table]: [] });
const read = (explanation: Explanation, reference: string) =>
  explanation.reads.find((each) => each.reference === reference);

test("tells every value a claim depends on, the way to it, what it is, and who gets the claim", async () => {
  expect(await explained("role")).toEqual({
    claim: "role",
    profile: "people",
    class: "open",
    trust: "operator",
    effect: "informs",
    reads: [
      {
        reference: "staff.role",
        usedIn: ["value"],
        way: ["user.sub", "staff (table staff, row found)", "staff.role"],
        state: "present",
        class: "open",
        trust: "operator",
        shape: "string of 5 characters",
      },
      {
        reference: "user.sub",
        usedIn: ["staff.role", "staff.limit"],
        way: ["event", "user.sub"],
        state: "present",
        class: "open",
        trust: "operator",
        shape: "string of 36 characters",
      },
      {
        reference: "staff.limit",
        usedIn: ["when"],
        way: ["user.sub", "staff (table staff, row found)", "staff.limit"],
        state: "present",
        class: "open",
        trust: "operator",
        shape: "int",
      },
    ],
    when: { text: "staff.limit > 1", state: "known", shape: "bool", value: true },
    value: { text: "staff.role", state: "known", shape: "string of 5 characters" },
    outcomes: [
      { reader: "access token", result: "clear", because: "its value is known" },
      { reader: "ID token", result: "clear", because: "its value is known" },
    ],
    refused: null,
  });
});

test("goes through tenant and keys, to what the caller asked for", async () => {
  const floor = await explained("floor", { event: eventWith({ team: "blue" }) });
  expect(floor.reads.map(({ reference, way }) => [reference, way.join(" -> ")])).toEqual([
    ["ward.floor", "tenant.id -> ward (table wards, row found) -> ward.floor"],
    ["tenant.id", "client.metadata.team + staff.teams -> tenant.id"],
    ["client.metadata.team", "event -> client.metadata.team"],
    ["staff.teams", "user.sub -> staff (table staff, row found) -> staff.teams"],
    ["user.sub", "event -> user.sub"],
  ]);
  expect(read(floor, "client.metadata.team")).toMatchObject({ trust: "caller" });
  expect(read(floor, "tenant.id")).toMatchObject({ trust: "operator" });
});

test("absent, default, invalid and failed are told apart", async () => {
  expect(read(await explained("level"), 'user["custom:level"]')).toMatchObject({ state: "default", shape: "int" });
  const given = await explained("level", { event: eventWith({}, { "custom:level": "7" }) });
  expect(read(given, 'user["custom:level"]')).toMatchObject({ state: "present" });
  const wrong = await explained("level", { event: eventWith({}, { "custom:level": "high" }) });
  expect(read(wrong, 'user["custom:level"]')).toMatchObject({ state: "invalid", shape: null });
  expect(wrong.outcomes).toEqual([
    { reader: "access token", result: "left out", because: "its value is not known: invalid" },
  ]);
  const absent = await explained("phone", { tables: withRow({ phone: undefined }) });
  expect(read(absent, "staff.phone")).toMatchObject({ state: "absent" });
  expect(absent.outcomes[0]).toEqual({
    reader: "care-api",
    result: "left out",
    because: "null in the envelope: its value is not known: absent",
  });
  const failed = await explained("orgs", { tables: { staff: [row], wards: [] } as unknown as TableRows });
  expect(read(failed, "memberships.org")).toMatchObject({
    state: "failed",
    way: ["user.sub", "memberships (table members, cannot be read)", "memberships.org"],
  });
});

test("of several rows it tells in how many a value is there", async () => {
  const members = [
    { pk: SUB, org: "north" },
    { pk: SUB, org: 3 },
  ];
  const orgs = await explained("orgs", { tables: { ...tables, members } });
  expect(read(orgs, "memberships.org")).toMatchObject({
    state: "invalid",
    shape: "in 1 of 2 rows",
    way: ["user.sub", "memberships (table members, 2 rows)", "memberships.org"],
  });
  expect(orgs.value).toEqual({ text: "memberships.map(m, m.org)", state: "invalid", shape: null });
});

test("a false condition, a missing scope, a value that stands in: each says so", async () => {
  expect((await explained("role", { tables: withRow({ limit: 1 }) })).outcomes).toEqual([
    { reader: "access token", result: "left out", because: "its condition is false" },
    { reader: "ID token", result: "left out", because: "its condition is false" },
  ]);
  expect((await explained("phone")).outcomes).toEqual([
    { reader: "care-api", result: "sealed", because: "its value is known" },
    {
      reader: "billing-api",
      result: "left out",
      because: "the token has no scope of billing, and so no envelope for it",
    },
  ]);
  expect((await explained("limit", { tables: withRow({ limit: 900 }) })).outcomes).toEqual([
    { reader: "access token", result: "clear", because: "`otherwise` stands in for what is not known" },
  ]);
  const members = Array.from({ length: 5 }, (_, index) => ({ pk: SUB, org: `organ-${index}` }));
  const full = { ...tables, members };
  const { accessToken: whole } = await previewToken({ plan, event: eventWith(), tables: full, environment: {} });
  const limits = { ...plan.limits, accessToken: (whole?.bytes ?? 0) - 20, onOversize: "drop" } as const;
  const [access] = (await explained("orgs", { plan: { ...plan, limits }, tables: full })).outcomes;
  expect(access).toMatchObject({ result: "left out", because: "without it the token keeps to its limit" });
});

test("a refusal is explained with everything that was found, where a sign-in would have ended", async () => {
  const unlucky = await explained("phone", { tables: withRow({ role: "clerk", limit: 13 }) });
  expect(unlucky.refused).toEqual({ code: "MAP_UNLUCKY", detail: 'refuse "UNLUCKY": its condition is true' });
  expect(unlucky.outcomes).toMatchObject([
    { result: "refused", because: "the token is refused with MAP_UNLUCKY" },
    { result: "refused" },
  ]);
  const missing = await explained("role", { tables: withoutRowOf("staff") });
  expect(missing.refused).toEqual({ code: "SOURCE_MISSING", detail: 'source "staff": no row for this subject' });
  expect(read(missing, "staff.role")).toMatchObject({
    state: "absent",
    way: ["user.sub", "staff (table staff, no row)", "staff.role"],
  });
  const foreign = await explained("floor", { event: eventWith({ team: "red" }) });
  expect(foreign.refused?.code).toBe("TENANT_REFUSED");
  expect(read(foreign, "tenant.id")).toMatchObject({ state: "refused", shape: "TENANT_REFUSED" });
  expect(read(foreign, "staff.teams")).toMatchObject({ state: "present" });
  expect(read(foreign, "ward.floor")).toMatchObject({
    state: "failed",
    way: ["tenant.id", "ward (not asked: its key cannot be built)", "ward.floor"],
  });
});

test("revealed or not, what is not open stays masked, and of what is sensitive not even the length is told", async () => {
  const phone = await explained("phone", { reveal: true });
  expect(read(phone, "staff.phone")).toMatchObject({ class: "pii", shape: "string of 14 characters" });
  expect(read(phone, "user.sub")).toMatchObject({ value: SUB });
  expect(read(await explained("blood", { reveal: true }), "staff.blood")?.shape).toBe("string");
  expect((await explained("blood")).value.shape).toBe("string");
  expect((await explained("role", { reveal: true })).value).toMatchObject({ value: "nurse" });
});

test("no explanation holds a private value, whichever claim it is of", async () => {
  const claims = plan.profiles.flatMap((profile) => profile.claims.map(({ name }) => name));
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[A-Z]{12,18}$/),
      fc.constantFrom(...claims),
      fc.boolean(),
      async (phone, claim, reveal) => {
        const explanation = await explained(claim, { tables: withRow({ phone, blood: phone }), reveal });
        expect(JSON.stringify(explanation)).not.toContain(phone);
      },
    ),
    { numRuns: 60 },
  );
});

test("what it says of the tokens is what a preview shows", async () => {
  const preview = await previewToken({ plan, event: eventWith(), tables, environment: {} });
  for (const { name } of plan.profiles[0]?.claims ?? []) {
    const { outcomes } = await explained(name);
    const clear = outcomes.some(({ reader, result }) => reader === "access token" && result === "clear");
    expect([name, clear]).toEqual([name, Object.hasOwn(preview.accessToken?.claims ?? {}, name)]);
    const sealed = outcomes.some(({ result }) => result === "sealed");
    expect([name, sealed]).toEqual([name, Object.hasOwn(preview.opened["care-api"] ?? {}, name)]);
  }
});

test("an event has one profile, or a code that says why there is none", () => {
  expect(profileOf(plan, eventWith())).toEqual({ profile: "people", none: null });
  const stranger = { ...eventWith(), callerContext: { clientId: "stranger" } };
  expect(profileOf(plan, stranger)).toEqual({
    profile: null,
    none: { code: "PROFILE_NONE", detail: "no profile matches this grant and client" },
  });
  expect(profileOf({ ...plan, unmatched: "bare" }, stranger)).toEqual({
    profile: null,
    none: { code: "PROFILE_NONE", detail: "clients without a profile get bare tokens here" },
  });
});

test("a profile that the event does not match can be asked about, and a claim it does not have is none", async () => {
  const stranger = { ...eventWith(), callerContext: { clientId: "stranger" } };
  expect(await explained("role", { event: stranger })).toMatchObject({ refused: null, value: { state: "known" } });
  expect(await explainClaim({ plan, claim: "roles", profile: "people", event: eventWith(), tables })).toBeNull();
  expect(await explainClaim({ plan, claim: "role", profile: "toString", event: eventWith(), tables })).toBeNull();
});

test.for([
  ["it answered", { legacy: { grade: 7 } }, "present"],
  ["it adds no claims", { legacy: null }, "absent"],
  ["cannot be read", {}, "failed"],
] as const)("a chained function goes by its source, and it is told that %s", async ([answer, chained, state]) => {
  const chaining = MAP.replace(
    "tenant:",
    `  legacy:
    chain: arn:aws:lambda:eu-central-1:111122223333:function:old-pre-token
    trust: operator
    onMissing: empty
    onError: unknown
    attributes: { grade: { type: int, class: open } }
tenant:`,
  ).replace("    claims:\n", "    claims:\n      grade: { value: legacy.grade, to: [access], effect: informs }\n");
  const chainingPlan = bindPlan(checkClaimMap(chaining).plan as Plan, {});
  const explanation = await explained("grade", { plan: chainingPlan, chained });
  expect(read(explanation, "legacy.grade")).toMatchObject({
    way: [`legacy (chained function, ${answer})`, "legacy.grade"],
    state,
  });
  const { accessToken } = await previewToken({
    plan: chainingPlan,
    event: eventWith(),
    tables,
    chained,
    environment: {},
  });
  expect(accessToken?.claims["grade"]).toBe(state === "present" ? 7 : undefined);
});
