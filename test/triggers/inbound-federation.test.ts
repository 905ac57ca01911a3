import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import type { FederationEvent } from "../../cognito/federation-event.ts";
import { encodingWithin } from "../../local/leak-search.ts";
import { createFederationTrigger, type FederationOptions } from "../../triggers/inbound-federation.ts";
import { Refusal } from "../../triggers/refusal.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { runs } from "../runs.ts";

const plan = federatedPlan();
const REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";

const sample = (name: "oidc" | "saml"): FederationEvent =>
  JSON.parse(readFileSync(`test/events/other.inbound-federation.${name}.json`, "utf8")) as FederationEvent;

const saml = (samlResponse: object, changes: object = {}): FederationEvent => ({
  ...sample("saml"),
  request: { providerName: "CorporateSaml", providerType: "SAML", attributes: { samlResponse } as never, ...changes },
});

/** A trigger, what it wrote, and what it answers with a refusal as a value. */
function aTrigger(changes: Partial<FederationOptions> & { readonly plan?: Plan } = {}) {
  const lines: string[] = [];
  const trigger = createFederationTrigger({
    plan,
    sha256: planDigest(changes.plan ?? plan),
    environment: {},
    writeLine: async (line) => void lines.push(line),
    now: () => Date.parse("2026-11-22T10:00:00Z"),
    steady: () => 5,
    ...changes,
  });
  return {
    lines,
    record: () => JSON.parse(lines.at(-1) ?? "null") as { readonly [field: string]: unknown },
    answer: async (event: unknown) =>
      trigger(event, { awsRequestId: REQUEST_ID }).catch((error: unknown) => error as Refusal),
    mapped: async (event: unknown) => (await trigger(event)).response?.userAttributesToMap,
  };
}

test("of the sample of a SAML provider, what the map keeps enters the pool, and one record says so by name", async () => {
  const { mapped, record, lines } = aTrigger();
  expect(await mapped(sample("saml"))).toEqual({
    email: "omar.diaz@example.com",
    "custom:roles": "[app-nurses, app-porters]",
  });
  expect(lines).toHaveLength(1);
  expect(record()).toEqual({
    v: 1,
    ts: "2026-11-22T10:00:00.000Z",
    trigger: "InboundFederation",
    outcome: "kept",
    map: "clinic",
    revision: "1",
    planSha256: planDigest(plan),
    provider: "CorporateSaml",
    clientId: "3exampleclientid0000000001",
    kept: ["email", "custom:roles"],
    left: [],
    dropped: 4,
    ms: 0,
    cold: true,
    lost: 0,
  });
});

test("of the sample of an OIDC provider, what the map keeps enters the pool, and no token", async () => {
  const { mapped, record } = aTrigger();
  expect(await mapped(sample("oidc"))).toEqual({
    sub: "104729000000000000001",
    email: "omar.diaz@example.com",
    email_verified: "true",
  });
  expect(record()).toMatchObject({ provider: "Google", kept: ["sub", "email", "email_verified"], dropped: 2 });
});

test("the answer is the event itself but for its response, whatever response it came with", async () => {
  const event = { ...sample("saml"), response: { userAttributesToMap: { department: "x" }, other: 1 }, later: true };
  const answered = (await aTrigger().answer(event)) as FederationEvent & { readonly later?: boolean };
  expect(answered).toMatchObject({ userPoolId: event.userPoolId, request: event.request, later: true });
  expect(Object.keys(answered.response ?? {})).toEqual(["userAttributesToMap"]);
});

const NOT_SET_UP = "This account is not set up for this application. Please contact your administrator";
const OUT_OF_ORDER = "Sign-in is out of order. Please contact the operator";

test.for<readonly [why: string, options: Partial<FederationOptions>, event: unknown, code: string, detail: string]>([
  [
    "a plan that was not deployed",
    { sha256: "0".repeat(64) },
    sample("saml"),
    "PLAN_MISMATCH",
    "the plan's digest is not CLAIMSEAL_PLAN_SHA256",
  ],
  [
    "no digest",
    { sha256: undefined },
    sample("saml"),
    "PLAN_MISMATCH",
    "the plan's digest is not CLAIMSEAL_PLAN_SHA256",
  ],
  ["another pool", { environment: { CLAIMSEAL_POOLS: "eu-west-1_Other, " } }, sample("saml"), "POOL_FOREIGN", ""],
  [
    "an event of another trigger",
    {},
    { ...sample("saml"), request: { userAttributes: {} } },
    "EVENT_MALFORMED",
    "request.attributes: expected an object",
  ],
  [
    "another provider",
    {},
    saml({}, { providerName: "Evil\u202e" }),
    "PROVIDER_NONE",
    "the map has no such identity provider",
  ],
  [
    "a required attribute that is unknown",
    {},
    saml({ email: "a@example.com", groups: "[" }),
    "ATTRIBUTE_REQUIRED",
    'attribute "custom:roles" is required and unknown: error',
  ],
  [
    "nothing to keep",
    {},
    { ...sample("oidc"), request: { providerName: "Google", providerType: "Google", attributes: {} } },
    "ATTRIBUTES_NONE",
    "nothing that the map keeps is known",
  ],
])("with %s the sign-in is refused: nothing is stored", async ([, options, event, code, detail]) => {
  const { answer, record, lines } = aTrigger(options);
  const refused = await answer(event);
  expect(refused).toBeInstanceOf(Refusal);
  const text = ["PROVIDER_NONE", "ATTRIBUTE_REQUIRED", "ATTRIBUTES_NONE"].includes(code) ? NOT_SET_UP : OUT_OF_ORDER;
  expect(refused).toMatchObject({ code, detail, message: `${text} (${code})` });
  expect(lines).toHaveLength(1);
  expect(record()).toMatchObject({
    outcome: "refused",
    code,
    ...(detail && { detail }),
    kept: [],
    requestId: REQUEST_ID,
  });
});

test("people read why in the owner's words, where the plan has any", async () => {
  const messages = { fallback: "de", languageFrom: [], texts: { de: { PROVIDER_NONE: "Bitte anders anmelden" } } };
  const { answer } = aTrigger({ plan: { ...plan, messages } });
  expect(await answer(saml({}, { providerName: "Other" }))).toMatchObject({
    message: "Bitte anders anmelden (PROVIDER_NONE)",
  });
});

test("when time is up between two attributes the sign-in is refused", async () => {
  let now = 0;
  const { answer } = aTrigger({ steady: () => (now += 2500) });
  expect(await answer(sample("saml"))).toMatchObject({ code: "DEADLINE" });
});

test("a log that cannot be written costs the record and no sign-in, and the next record counts it", async () => {
  let isBroken = true;
  const lines: string[] = [];
  const writeLine = async (line: string): Promise<void> => {
    if (isBroken) throw new Error("full");
    lines.push(line);
  };
  const { mapped } = aTrigger({ writeLine });
  expect(await mapped(sample("saml"))).toBeDefined();
  isBroken = false;
  await mapped(sample("saml"));
  expect(lines.map((line) => (JSON.parse(line) as { readonly lost: number }).lost)).toEqual([1]);
});

test("it does not start where something would print events, or where it has patterns and nothing to match them with", () => {
  expect(() => aTrigger({ environment: { NODE_DEBUG: "http" } })).toThrow(
    expect.objectContaining({ code: "EVENT_LOGGING" }),
  );
  const federation = { providers: {}, patterns: ["a+"] };
  expect(() => aTrigger({ plan: { ...plan, federation } })).toThrow(
    expect.objectContaining({ code: "ENGINE_MISSING" }),
  );
});

/** Names that mean something to JavaScript, to Cognito, to JSON or to whoever compares carelessly. */
const HOSTILE_NAMES = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "Email",
  "EMAIL",
  "email ",
  "e\u200bmail",
  "ema\u0131l",
  "custom:roles",
  "custom:Roles",
  "identities",
  "sub",
  "username",
  "cognito:groups",
  "response",
  "userAttributesToMap",
  "",
  "a\nb",
  '"},{"',
  "\ud800",
];

const names = fc
  .uniqueArray(fc.string({ maxLength: 30 }), { maxLength: 4 })
  .map((others) => [...new Set([...HOSTILE_NAMES, ...others])].filter((name) => !["email", "groups"].includes(name)));

test("what is not listed never enters the pool, a record or an error, whatever it is called and however it is written", async () => {
  await fc.assert(
    fc.asyncProperty(
      names,
      fc.infiniteStream(fc.nat(5)),
      fc.constantFrom("[app-nurses]", "[app-x, app-porters]", undefined, "["),
      fc.constantFrom("CorporateSaml", "CorporateSaml", "canary-Zöe-0-q7w"),
      async (sentNames, choices, groups, providerName) => {
        const canaries = sentNames.map((_, index) => `canary-Zöe-${index}-q7w`);
        const drawn = sentNames.map((name, index) => {
          const values = [canaries[index], [canaries[index]], [`x, ${canaries[index]}`], { email: canaries[index] }];
          values.push(`[app-nurses, ${canaries[index]}]`, `app-${canaries[index]}`);
          return [name, values[choices.next().value ?? 0]] as const;
        });
        // Defined, so that `__proto__` is sent like any other name; what the map reads comes last.
        const read = [["email", "known@example.com"], ...(groups === undefined ? [] : [["groups", groups]])];
        const sent = Object.fromEntries([...drawn, ...read]) as object;
        const { answer, lines } = aTrigger();
        const answered = await answer(saml(sent, { providerName }));
        const refused = answered instanceof Refusal ? answered : null;
        const stored = answered instanceof Refusal ? null : answered.response;
        const told = [...lines, ...(refused ? [refused.message, refused.detail, refused.stack ?? ""] : [])];
        const entered = stored ? Object.keys(stored.userAttributesToMap).toSorted().join() : "refused";
        expect(["custom:roles,email", "custom:roles", "refused"]).toContain(entered);
        for (const canary of canaries)
          expect(encodingWithin([JSON.stringify(stored), ...told], canary)).toBeUndefined();
        // What is stored is nobody's business in a log either.
        expect(encodingWithin(told, "known@example.com")).toBeUndefined();
      },
    ),
    { numRuns: runs(120) },
  );
});
