import { expect, test } from "vitest";
import { gatherFacts } from "../../claims/gather/gather-facts.ts";
import type { Expr, Plan, PlanProfile } from "../../claims/plan.ts";
import { resolveClaims } from "../../claims/resolve/resolve.ts";
import type { ResolvedClaims } from "../../claims/resolve/resolved-claims.ts";
import { suppressionOnly } from "../../claims/suppression-only.ts";
import type { Subject } from "../../cognito/subject.ts";
import { aClaim, aMachine, aPlan, aProfile, aSubject } from "./a-plan.ts";

const ref = (...path: readonly [string, ...string[]]): Expr => ({ op: "ref", ref: path });
const equals = (left: Expr, value: string): Expr => ({ op: "==", left, right: { op: "string", value } });

/** What a profile comes to with nothing to read. */
async function minimal(
  profile: Partial<PlanProfile>,
  subject: Subject = aSubject(),
  changes: Partial<Plan> = {},
): Promise<ResolvedClaims> {
  const plan = suppressionOnly(aPlan({ ...changes, profiles: [aProfile(profile)] }));
  const [only] = plan.profiles as [PlanProfile];
  const tools = { matches: () => false, covers: () => false, now: new Date(0) };
  const load = async (requests: readonly unknown[]) => requests.map(() => ({ state: "failed" }) as const);
  const look = await gatherFacts(plan, only, subject, load, tools, new AbortController().signal);
  return resolveClaims(plan, only, subject, look, { matches: () => false, pseudonym: () => () => undefined });
}

test("nothing that grants or informs is left, sealed or not, required or not, whatever it reads", async () => {
  const { access, id, envelopes, scopesToAdd } = await minimal({
    claims: [
      aClaim("role", ref("staff", "role"), { effect: "grants", required: true }),
      aClaim("fixed", { op: "string", value: "x" }, { to: ["access", "id"] }),
      aClaim("phone", ref("staff", "phone"), { to: [], sealFor: ["care-api"], required: true }),
    ],
    envelopes: [{ resourceServer: "care-api", claims: ["phone"] }],
    scopes: [{ add: ["care/read"], remove: [] }],
    needs: { tenant: true, partition: true, pseudonyms: true },
  });
  expect([access, id, envelopes, scopesToAdd]).toEqual([new Map(), new Map(), [], []]);
});

test("suppression is what it was: personal attributes, groups and self-service scopes go", async () => {
  const { suppress, groups, scopesToSuppress } = await minimal({ idToken: { keep: ["email"] } });
  expect(suppress.id).toContain("phone_number");
  expect(suppress.id).not.toContain("email");
  expect([groups, scopesToSuppress]).toEqual(["remove", expect.arrayContaining(["openid", "profile"])]);
});

test.for<readonly [string, PlanProfile["idToken"]]>([
  ["kept", { keep: ["email", "name"] }],
  ["left as it is", { unchanged: true }],
  ["left but for others", { drop: ["phone_number"] }],
])("a claim of the map in the place of an attribute that is %s does not bring that back", async ([, idToken]) => {
  const claims = [aClaim("email", ref("staff", "phone"), { to: ["id"] })];
  const subject = aSubject({
    attributes: new Map([
      ["email", "nora@example.com"],
      ["name", "Nora"],
    ]),
  });
  const { suppress } = await minimal({ idToken, claims }, subject);
  expect(suppress.id).toContain("email");
  expect(suppress.id).not.toContain("name");
});

test("a claim that restricts is answered by the event, or by what stands in, or the token is refused", async () => {
  const restricts = { effect: "restricts" } as const;
  const byEvent = await minimal({ claims: [aClaim("region", ref("client", "id"), restricts)] });
  expect(byEvent.access).toEqual(new Map([["region", "web"]]));
  const byLiteral = await minimal({
    claims: [aClaim("limit", ref("staff", "limit"), { ...restricts, type: "int", otherwise: 0 })],
  });
  expect(byLiteral.access).toEqual(new Map([["limit", 0]]));
  await expect(minimal({ claims: [aClaim("limit", ref("staff", "limit"), restricts)] })).rejects.toMatchObject({
    code: "CLAIM_RESTRICTS_UNKNOWN",
  });
});

test("what restricts inside an envelope refuses, unless its condition is known to be false", async () => {
  const sealed = { effect: "restricts", to: [], sealFor: ["care-api"], otherwise: "none" } as const;
  await expect(minimal({ claims: [aClaim("limit", ref("client", "id"), sealed)] })).rejects.toMatchObject({
    code: "CLAIM_RESTRICTS_UNKNOWN",
  });
  const never = { ...sealed, when: equals(ref("client", "id"), "another") };
  expect((await minimal({ claims: [aClaim("limit", ref("client", "id"), never)] })).access).toEqual(new Map());
});

test("nothing is asked for, and a source that would be in a partition nobody can tell refuses nobody", async () => {
  const staff = { ...aPlan().sources["staff"], table: "staff-{partition.suffix}" } as Plan["sources"][string];
  const partition = { by: ref("home", "region"), values: { eu: { suffix: "eu" } } };
  const reads = [{ home: ["region"] }, { staff: ["role"] }];
  const changes = { sources: { staff, home: aPlan().sources["staff"] as typeof staff }, partition };
  const needs = { tenant: false, partition: true, pseudonyms: false };
  await expect(minimal({ reads, needs }, aSubject(), changes)).resolves.toBeDefined();
});

test("a refuse rule that the event answers holds, and one that nobody can answer refuses", async () => {
  const rule = (when: Expr) => ({ refuse: [{ when, code: "SUSPENDED" }] });
  await expect(minimal(rule(equals(ref("staff", "role"), "gone")))).rejects.toMatchObject({ code: "MAP_SUSPENDED" });
  await expect(minimal(rule(equals(ref("client", "id"), "web")))).rejects.toMatchObject({ code: "MAP_SUSPENDED" });
  await expect(minimal(rule(equals(ref("client", "id"), "tv")))).resolves.toBeDefined();
});

test("every scope that a rule could remove goes, and a list that cannot be known keeps none", async () => {
  const subject = aSubject({ scopes: ["care/read", "care/write", "care/admin"] });
  const unknown = equals(ref("staff", "role"), "clerk");
  const removed = await minimal(
    {
      scopes: [
        { add: [], remove: ["care/write"], when: unknown },
        { add: ["care/x"], remove: ["care/admin"], when: equals(ref("client", "id"), "tv") },
      ],
    },
    subject,
  );
  expect(removed.scopesToSuppress).toContain("care/write");
  expect(removed.scopesToSuppress).not.toContain("care/admin");
  const only = await minimal({ scopes: [{ add: [], remove: [], only: ref("staff", "scopes") }] }, subject);
  expect(only.scopesToSuppress).toEqual(expect.arrayContaining(["care/read", "care/write", "care/admin"]));
});

test("a machine that would be left without a scope is refused", async () => {
  const machine = aMachine({ scopes: ["care/read"] });
  const rule = { add: [], remove: ["care/read"], when: equals(ref("staff", "role"), "clerk") };
  await expect(minimal({ grants: ["client_credentials"], scopes: [rule] }, machine)).rejects.toMatchObject({
    code: "SCOPES_EMPTY",
  });
});
