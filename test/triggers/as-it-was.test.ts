import { expect, test } from "vitest";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { asItWas } from "../../triggers/as-it-was.ts";
import type { InvokeFunction } from "../../triggers/chain.ts";
import { aPlan, aProfile } from "../claims/a-plan.ts";
import { anEvent } from "./a-house.ts";

const chain = (name: string): PlanSource => ({
  kind: "chain",
  function: `arn:aws:lambda:eu-central-1:111122223333:function:${name}`,
  trust: "operator",
  onMissing: "empty",
  onError: "unknown",
  attributes: {},
});
const reading = (...sources: readonly string[]): Plan["profiles"] => [
  aProfile({ reads: [Object.fromEntries(sources.map((name) => [name, []]))] }),
];
const chaining: Plan = aPlan({ sources: { old: chain("old") }, profiles: reading("old") });
const response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd: ["old/scope"] } } };
const answering: InvokeFunction = async () => ({ ...anEvent(), response });

test("without a chained function the event goes back as it came", async () => {
  const event = anEvent();
  expect(await asItWas(aPlan(), answering)(event, null, 1_000)).toBe(event);
  expect(await asItWas(chaining, null)(event, null, 1_000)).toBe(event);
});

test("what the chained function answered on the way goes back whole, scopes included", async () => {
  const never: InvokeFunction = () => Promise.reject(new Error("it was asked already"));
  const chained = Promise.resolve({ response });
  expect(await asItWas(chaining, never)(anEvent(), chained, 1_000)).toEqual({ ...anEvent(), response });
});

test("a chained function that nobody asked on the way is asked then, with the event", async () => {
  const asked: unknown[] = [];
  const invoke: InvokeFunction = async (arn, payload) => {
    asked.push(arn, JSON.parse(payload));
    return { response };
  };
  expect(await asItWas(chaining, invoke)(anEvent(), null, 1_000)).toEqual({ ...anEvent(), response });
  expect(asked).toEqual(["arn:aws:lambda:eu-central-1:111122223333:function:old", anEvent()]);
});

test("an answer without a response leaves the token as Cognito makes it", async () => {
  expect(await asItWas(chaining, async () => null)(anEvent(), null, 1_000)).toEqual(anEvent());
});

test.for<readonly [string, InvokeFunction, (() => Promise<unknown>) | null]>([
  ["fails", () => Promise.reject(new Error("nora@example.com")), null],
  [
    "throws at once",
    () => {
      throw new Error("nora@example.com");
    },
    null,
  ],
  ["failed on the way", answering, () => Promise.reject(new Error("nora@example.com"))],
  ["never answers", () => new Promise(() => {}), null],
])("a chained function that %s fails the sign-in, as it did before, and says nothing", async ([, invoke, chained]) => {
  const outcome = asItWas(chaining, invoke)(anEvent(), chained?.() ?? null, 1);
  await expect(outcome).rejects.toMatchObject({
    code: "SOURCE_UNAVAILABLE",
    detail: "mode shadow: the chained function gave no answer",
  });
});

test("several chained functions cannot all have been the pool's", () => {
  const several = aPlan({
    sources: { old: chain("old"), older: chain("older") },
    profiles: reading("old", "older"),
  });
  expect(() => asItWas(several, answering)).toThrow(expect.objectContaining({ code: "CHAIN_SEVERAL" }));
  const twice = aPlan({ sources: { old: chain("old"), again: chain("old") }, profiles: reading("old", "again") });
  expect(typeof asItWas(twice, answering)).toBe("function");
  const unread = aPlan({ sources: { old: chain("old"), older: chain("older") }, profiles: reading("old") });
  expect(typeof asItWas(unread, answering)).toBe("function");
});
