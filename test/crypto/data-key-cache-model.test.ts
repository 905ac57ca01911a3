import fc from "fast-check";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { denied, fakes, settled, unavailable } from "./data-key-fakes.ts";

const LIMITS = { maxAgeMs: 10_000, maxUses: 6, requestMs: 100, retryMs: 500 };

/** What may happen to an issuer: a sign-in, time that passes, a freeze, a clock set back, and KMS changing its mind. */
type Step =
  | { readonly kind: "take" }
  | { readonly kind: "pass" | "freeze" | "set back"; readonly ms: number }
  | { readonly kind: "kms"; readonly mode: "up" | "down" | "denied" };

const common: fc.WeightedArbitrary<Step>[] = [
  { weight: 6, arbitrary: fc.constant({ kind: "take" }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(3_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("kms" as const), mode: fc.constantFrom("up", "down", "denied") }),
  },
];
const freezes = { weight: 1, arbitrary: fc.record({ kind: fc.constant("freeze" as const), ms: fc.nat(25_000) }) };
const setBacks = { weight: 1, arbitrary: fc.record({ kind: fc.constant("set back" as const), ms: fc.nat(30_000) }) };

/** Plays a script and keeps its own books: every promise that was broken, and how many keys were served. */
async function play(script: readonly Step[]): Promise<{ broken: readonly string[]; served: number }> {
  let draws = 0;
  const { take, pass, clock, kms, calls } = fakes(LIMITS, () => (draws++ % 11) / 10);
  const broken: string[] = [];
  const promise = (what: string, kept: boolean): void => {
    if (!kept) broken.push(what);
  };
  const state = { time: 0, mode: "up" as "up" | "down" | "denied", failedAt: Number.NEGATIVE_INFINITY, asking: 0 };
  const keys = new Map<number, { readonly born: number; uses: number; refused: boolean }>();
  kms.answer = async (made) => {
    state.asking += 1;
    promise("one request at a time", state.asking === 1);
    await Promise.resolve();
    state.asking -= 1;
    if (state.mode === "up") {
      keys.set(made.wrapped[0] ?? 0, { born: state.time, uses: 0, refused: false });
      return made;
    }
    state.failedAt = state.time;
    throw state.mode === "denied" ? denied() : unavailable();
  };
  const signIn = async (): Promise<void> => {
    const asked = calls.length;
    const refusedBefore = new Set([...keys].flatMap(([number, { refused }]) => (refused ? [number] : [])));
    const outcome = await take().catch((error: unknown) => error as CryptoError);
    await settled();
    if (state.mode === "denied" && calls.length > asked) for (const each of keys.values()) each.refused = true;
    if (outcome instanceof CryptoError) {
      promise("only a failing KMS fails a sign-in", state.mode !== "up");
      promise("a failure is never remembered", calls.length === asked + 1);
      promise(
        "the code is KMS's",
        outcome.code === (state.mode === "denied" ? "KEY_ACCESS_DENIED" : "KEY_UNAVAILABLE"),
      );
      return;
    }
    const key = keys.get(outcome ?? 0) ?? { born: Number.NaN, uses: 0, refused: false };
    key.uses += 1;
    const age = state.time - key.born;
    promise("a limit of uses", key.uses <= LIMITS.maxUses);
    promise("never twice its age", age < 2 * LIMITS.maxAgeMs);
    promise(
      "never over its age but after a failure",
      age < LIMITS.maxAgeMs || state.time - state.failedAt < LIMITS.retryMs,
    );
    promise("never after a refusal", !refusedBefore.has(outcome ?? 0));
  };
  for (const step of script) {
    if (step.kind === "take") await signIn();
    if (step.kind === "kms") state.mode = step.mode;
    if (step.kind === "pass") pass(step.ms);
    if (step.kind === "freeze") clock.wall += step.ms;
    if (step.kind === "set back") clock.wall -= step.ms;
    if (step.kind === "pass" || step.kind === "freeze") state.time += step.ms;
  }
  return { broken, served: [...keys.values()].reduce((sum, { uses }) => sum + uses, 0) };
}

test.for([
  ["freezes", freezes],
  ["clocks set back", setBacks],
] as const)("every bound holds over any sequence of sign-ins, outages, refusals and %s", async ([, trouble]) => {
  let total = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...common, trouble), { minLength: 20, maxLength: 80 }), async (script) => {
      const { broken, served } = await play(script);
      total += served;
      expect(broken).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(total).toBeGreaterThan(1_000);
});
