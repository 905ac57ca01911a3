import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resend } from "../../aws/resend.ts";

const never = new AbortController().signal;

/** A request that fails as told, then succeeds. */
function failing(...faults: readonly string[]) {
  const sent: AbortSignal[] = [];
  return {
    sent,
    send: async (signal: AbortSignal): Promise<string> => {
      sent.push(signal);
      const fault = faults[sent.length - 1];
      if (fault !== undefined) throw new Error(fault);
      return "answer";
    },
  };
}

const isTransient = (error: unknown): boolean => error instanceof Error && error.message.startsWith("transient");
const options = { signal: never, isTransient, random: () => 0 };

describe("a request", () => {
  test("that succeeds is sent once, with the caller's signal", async () => {
    const { send, sent } = failing();
    expect(await resend(send, options)).toBe("answer");
    expect(sent).toEqual([never]);
  });

  test("is sent three times at most, and the last fault is the one reported", async () => {
    const { send, sent } = failing("transient 1", "transient 2", "transient 3", "transient 4");
    await expect(resend(send, options)).rejects.toThrow("transient 3");
    expect(sent).toHaveLength(3);
  });

  test("that fails for good is not sent again", async () => {
    const { send, sent } = failing("transient 1", "refused");
    await expect(resend(send, options)).rejects.toThrow("refused");
    expect(sent).toHaveLength(2);
  });

  test("is sent as often as its faults are transient, up to the limit", async () => {
    const faults = fc.array(fc.constantFrom("transient", "refused"), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(faults, fc.integer({ min: 1, max: 5 }), async (script, attempts) => {
        const { send, sent } = failing(...script);
        await resend(send, { ...options, attempts }).catch(() => {});
        const last = script.findIndex((fault) => fault !== "transient");
        expect(sent).toHaveLength(Math.min(attempts, 1 + (last < 0 ? script.length : last)));
      }),
    );
  });

  test("pauses by chance up to 25 and then 50 ms", async () => {
    const draws: number[] = [];
    const { send } = failing("transient 1", "transient 2");
    const random = (): number => {
      draws.push(draws.length);
      return 0;
    };
    await resend(send, { ...options, random });
    expect(draws).toHaveLength(2);
  });
});

describe("the caller's deadline", () => {
  test("that has passed already means that nothing is sent", async () => {
    const { send, sent } = failing();
    await expect(resend(send, { ...options, signal: AbortSignal.abort(new Error("late")) })).rejects.toThrow("late");
    expect(sent).toHaveLength(0);
  });

  test("ends a request that does not listen to it", async () => {
    const deadline = new AbortController();
    const outcome = resend(() => new Promise(() => {}), { ...options, signal: deadline.signal });
    deadline.abort(new Error("late"));
    await expect(outcome).rejects.toThrow("late");
  });

  test("ends a pause, and nothing more is sent", async () => {
    const deadline = new AbortController();
    const { send, sent } = failing("transient 1");
    const outcome = resend(send, {
      ...options,
      signal: deadline.signal,
      baseMs: 1e9,
      random: () => {
        queueMicrotask(() => deadline.abort(new Error("late")));
        return 1e-3;
      },
    });
    await expect(outcome).rejects.toThrow("late");
    expect(sent).toHaveLength(1);
  });

  test("leaves a request's own late failure to nobody", async () => {
    const deadline = new AbortController();
    let fail: (error: Error) => void = () => {};
    const outcome = resend(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
      { ...options, signal: deadline.signal },
    );
    deadline.abort(new Error("late"));
    await expect(outcome).rejects.toThrow("late");
    fail(new Error("later still"));
    // An unhandled rejection would end the test run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});
