import { expect, test } from "vitest";
import { newest } from "../../playground/state/newest.ts";

/** A server whose answers the test gives, and a clock that it winds. */
function scene() {
  const asked: string[] = [];
  const shown: string[] = [];
  const failed: unknown[] = [];
  const waits: (() => void)[] = [];
  const answers: { readonly give: (answer: string) => void; readonly fail: (error: Error) => void }[] = [];
  const ask = newest<string, string>(
    {
      ask: (question) =>
        new Promise((give, fail) => {
          asked.push(question);
          answers.push({ give, fail });
        }),
      show: (answer) => shown.push(answer),
      fail: (error) => failed.push(error),
      pauseMs: 25,
    },
    (run) => waits.push(run),
  );
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { asked, shown, failed, waits, answers, ask, settled };
}

test("keys that come in one burst are one question, the last", async () => {
  const { asked, waits, ask } = scene();
  for (const text of ["a", "ab", "abc"]) ask(text);
  expect([asked, waits.length]).toEqual([[], 1]);
  waits[0]?.();
  expect(asked).toEqual(["abc"]);
});

test("while an answer is awaited nothing else is asked, and then the newest question alone", async () => {
  const { asked, shown, waits, answers, ask, settled } = scene();
  ask("a");
  waits[0]?.();
  for (const text of ["ab", "abc"]) ask(text);
  expect(asked).toEqual(["a"]);
  answers[0]?.give("A");
  await settled();
  expect([asked, shown]).toEqual([["a", "abc"], ["A"]]);
  answers[1]?.give("ABC");
  await settled();
  expect([asked, shown, waits.length]).toEqual([["a", "abc"], ["A", "ABC"], 1]);
});

test("a question that fails is told, and the next one is asked all the same", async () => {
  const { shown, failed, waits, answers, ask, settled } = scene();
  ask("a");
  waits[0]?.();
  const error = new Error("gone");
  answers[0]?.fail(error);
  await settled();
  expect(failed).toEqual([error]);
  ask("b");
  waits[1]?.();
  answers[1]?.give("B");
  await settled();
  expect(shown).toEqual(["B"]);
});
