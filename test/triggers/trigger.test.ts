import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { createTrigger, type TriggerOptions } from "../../triggers/trigger.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";

// How old a test's process is on a busy machine is no start of a function.
const age = performance.now.bind(performance);
beforeEach(() => {
  vi.spyOn(performance, "now").mockImplementation(() => age() + 60_000);
});

const start = (plan: Plan, options: Partial<TriggerOptions> = {}) =>
  createTrigger({ plan, sha256: planDigest(plan), environment: {}, writeLine: async () => {}, ...options });

const common = { trust: "operator", onMissing: "deny", onError: "deny" } as const;
const custom: PlanSource = {
  ...common,
  kind: "custom",
  hook: "roster",
  attributes: { role: { type: "string", class: "open" } },
};
const withHook = aPlan({ sources: { staff: custom } });

test.for([
  ["a source in code without its hook", withHook, {}, "HOOK_MISSING", "not among the hooks: roster"],
  [
    "a source in code with something else in its hook's place",
    withHook,
    { hooks: { roster: "roster" } as unknown as TriggerOptions["hooks"] },
    "HOOK_MISSING",
    "not among the hooks: roster",
  ],
  [
    "patterns without an engine",
    aPlan({ patterns: ["^a"] }),
    {},
    "ENGINE_MISSING",
    "the plan has patterns; hand over compilePattern of re2.mjs",
  ],
  [
    "another function as a source",
    aPlan({ sources: { old: { ...common, kind: "chain", function: "arn:x", attributes: {} } } }),
    {},
    "CHAIN_MISSING",
    "the plan chains functions (old); hand over invokeFunction of chain.mjs",
  ],
] as const)("%s does not start, and the error says which", ([, plan, options, code, message]) => {
  expect(() => start(plan, options as Partial<TriggerOptions>)).toThrow(expect.objectContaining({ code, message }));
});

test("what a plan asks for and is given starts", () => {
  const plan = aPlan({ sources: { staff: custom }, patterns: ["^a"] });
  expect(typeof start(plan, { hooks: { roster: async () => null }, compilePattern })).toBe("function");
});

const event: unknown = JSON.parse(readFileSync("test/events/v3.hosted-auth.json", "utf8"));
const { clientId } = (event as { readonly callerContext: { readonly clientId: string } }).callerContext;

const roles = aPlan({
  events: "V3",
  sources: { staff: custom },
  profiles: [
    aProfile({
      clients: [clientId],
      claims: [aClaim("role", { op: "ref", ref: ["staff", "role"] }, { effect: "grants" })],
      refuse: [
        {
          when: { op: "==", left: { op: "ref", ref: ["staff", "role"] }, right: { op: "string", value: "gone" } },
          code: "GONE",
        },
      ],
      reads: [{ staff: ["role"] }],
    }),
  ],
});

test("a hook's answer becomes claims like a row's, and can refuse like one", async () => {
  const answering = (role: string) => start(roles, { hooks: { roster: async () => ({ role }) } });
  const { response } = await answering("nurse")(event);
  expect(response?.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride).toEqual({
    role: "nurse",
    cmv: "demo@1",
  });
  await expect(answering("gone")(event)).rejects.toMatchObject({
    code: "MAP_GONE",
    message: "This account cannot sign in to this application. Please contact your administrator (MAP_GONE)",
    detail: 'refuse "GONE": its condition is true',
  });
});

test("a hook is told who signs in, and nothing personal", async () => {
  const told: unknown[] = [];
  const hooks = {
    roster: async (subject: unknown) => {
      told.push(subject);
      return { role: "nurse" };
    },
  };
  await start(roles, { hooks })(event);
  expect(told).toEqual([
    {
      poolId: expect.stringMatching(/^[a-z0-9-]+_\w+$/),
      clientId,
      grant: "user",
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

test("a plan that is not the one deployed refuses every event", async () => {
  await expect(start(roles, { sha256: "0".repeat(64) })(event)).rejects.toMatchObject({
    code: "PLAN_MISMATCH",
    message: "Sign-in is out of order. Please contact the operator (PLAN_MISMATCH)",
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A trigger made when its process was so old; what its first and its second event come to. */
async function answersAtAge(ms: number): Promise<readonly unknown[]> {
  vi.spyOn(performance, "now").mockReturnValue(ms);
  const trigger = start(roles, { hooks: { roster: async () => ({ role: "nurse" }) } });
  const answer = () =>
    trigger(event).then(
      () => "issued",
      (error: { readonly code?: string }) => error.code,
    );
  return [await answer(), await answer()];
}

test("a start counts against the first event alone, and what is older than any start is none", async () => {
  expect(await answersAtAge(100)).toEqual(["issued", "issued"]);
  expect(await answersAtAge(4_300)).toEqual(["DEADLINE", "issued"]);
  expect(await answersAtAge(60_000)).toEqual(["issued", "issued"]);
});
