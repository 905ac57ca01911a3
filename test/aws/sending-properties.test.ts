import fc from "fast-check";
import { expect, test } from "vitest";
import { dynamoSending, kmsSending, type Sending } from "../../aws/sending.ts";
import { type FakeTime, fakeTime } from "./fake-time.ts";

const faults = {
  refused: Object.assign(new Error("refused"), { $fault: "client", $metadata: { httpStatusCode: 400 } }),
  throttled: Object.assign(new Error("throttled"), { name: "ThrottlingException" }),
  reset: Object.assign(new Error("reset"), { code: "ECONNRESET" }),
  lost: Object.assign(new Error("lost"), { name: "InternalServerError" }),
} as const;

/** How one send ends, and when: never counts as well. */
type Ending = { readonly kind: "answer" | "never" | keyof typeof faults; readonly ms: number };

const ms = fc.oneof(fc.nat(30), fc.nat(900));
const ending = (answers: number, others = 1): fc.Arbitrary<Ending> =>
  fc.record({
    kind: fc.oneof(
      { weight: answers, arbitrary: fc.constant("answer" as const) },
      { weight: others, arbitrary: fc.constantFrom("never" as const, "refused", "throttled", "reset", "lost") },
    ),
    ms,
  });

/** A service whose sends end as told, in turn. */
function service(time: FakeTime, endings: readonly Ending[]) {
  const [state, signals] = [{ sends: 0 }, new Set<AbortSignal>()];
  const send = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const { kind, ms: wait } = endings[state.sends % endings.length] ?? { kind: "answer", ms: 0 };
      state.sends += 1;
      signals.add(signal);
      if (kind === "never") return;
      time.after(wait, () => {
        signals.delete(signal);
        if (kind === "answer") resolve("answer");
        else reject(faults[kind]);
      });
    });
  /** Sends that neither ended nor were called off. */
  return { send, sends: () => state.sends, leaked: () => [...signals].filter(({ aborted }) => !aborted).length };
}

const makers = fc.constantFrom(dynamoSending, kmsSending);
const known = new Set<unknown>([...Object.values(faults).map(({ message }) => message), "no answer in time", "late"]);

test("whatever happens a request is sent three times at most, ends within its limits, and leaves nothing under way", async () => {
  const script = fc.array(ending(1, 4), { minLength: 1, maxLength: 12 });
  const deadline = fc.option(fc.nat(2_500), { nil: null });
  const seen = { three: 0, answered: 0 };
  await fc.assert(
    fc.asyncProperty(makers, script, deadline, fc.constantFrom(3, 3, 2, 1), async (make, endings, late, most) => {
      const time = fakeTime();
      const sending = make({ ...time, random: () => 1 });
      const { send, sends, leaked } = service(time, endings);
      const abort = new AbortController();
      if (late !== null) time.after(late, () => abort.abort(new Error("late")));
      let endedAt: number | null = null;
      const outcome = sending
        .request("table", send, abort.signal, most)
        .then(
          (answer) => answer,
          (error: unknown) => (error as Error).message,
        )
        .finally(() => {
          endedAt = time.now().steady;
        });
      await time.pass(3_000);
      expect(["answer", ...known]).toContain(await outcome);
      expect(sends()).toBeGreaterThanOrEqual(1);
      expect(sends()).toBeLessThanOrEqual(most);
      expect(leaked()).toBe(0);
      expect(time.timers()).toBe(0);
      const limit = make === dynamoSending ? 400 : 800;
      expect(endedAt).toBeLessThanOrEqual(Math.min(late ?? Number.POSITIVE_INFINITY, most * limit + 75));
      const { sends: counted, retries, hedges } = sending.traffic();
      expect(counted).toBe(sends());
      expect(1 + retries + hedges).toBe(counted);
      if (counted === 3) seen.three += 1;
      if ((await outcome) === "answer") seen.answered += 1;
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.three, seen.answered)).toBeGreaterThan(10);
});

/** Some trouble of both kinds. */
const TROUBLED: readonly Ending[] = [
  { kind: "lost", ms: 1 },
  ...Array.from({ length: 4 }, () => ({ kind: "answer", ms: 10 }) as const),
  { kind: "answer", ms: 190 },
];

/** Many requests, overlapping, over services in any state: how many extra sends were made while each was the newest. */
async function extrasOf(sending: Sending, time: FakeTime, phases: readonly (readonly Ending[])[], gaps: number[]) {
  const extras: { retries: number; hedges: number }[] = [];
  let before = sending.traffic();
  for (let each = 0; each < 2_600; each += 1) {
    const phase = phases[Math.floor(each / 400) % phases.length] ?? [];
    const { skipped } = sending.traffic();
    const { send } = service(time, [phase[each % phase.length] ?? { kind: "lost", ms: 1 }]);
    sending.request("table", send, new AbortController().signal).catch(() => {});
    const isSkipped = sending.traffic().skipped > skipped;
    await time.pass(gaps[each % gaps.length] ?? 0);
    const after = sending.traffic();
    const made = { retries: after.retries - before.retries, hedges: after.hedges - before.hedges };
    before = after;
    const last = extras.at(-1);
    if (!isSkipped || last === undefined) extras.push(made);
    else extras[extras.length - 1] = { retries: last.retries + made.retries, hedges: last.hedges + made.hedges };
  }
  return extras;
}

test("hedges and retries are a tenth at most of any thousand requests in a row, whatever state the dependency is in", async () => {
  const phase = fc.integer({ min: 0, max: 12 }).chain((answers) => fc.array(ending(answers), { minLength: 3 }));
  const most = { retries: 0, hedges: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(phase, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(120), { minLength: 1, maxLength: 9 }),
      async (phases, gaps) => {
        const time = fakeTime();
        const extras = await extrasOf(dynamoSending({ ...time, random: () => 0.5 }), time, [TROUBLED, ...phases], gaps);
        for (const kind of ["retries", "hedges"] as const) {
          let sum = 0;
          for (const [index, each] of extras.entries()) {
            sum += each[kind] - (extras[index - 1_000]?.[kind] ?? 0);
            most[kind] = Math.max(most[kind], sum);
          }
        }
      },
    ),
    { numRuns: 6 },
  );
  expect(most.retries).toBeLessThanOrEqual(100);
  expect(most.hedges).toBeLessThanOrEqual(100);
  expect(Math.min(most.retries, most.hedges)).toBeGreaterThan(50);
});
