import { expect, test, vi } from "vitest";
import { BUDGET_MS, withinDeadline } from "../../triggers/deadline.ts";

test("work that is done in time gives its result, and the timer is gone", async () => {
  vi.useFakeTimers();
  try {
    await expect(withinDeadline(1000, () => Promise.resolve("done"))).resolves.toBe("done");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("work that hangs is refused at the deadline and its signal aborted", async () => {
  vi.useFakeTimers();
  try {
    let seen: AbortSignal | undefined;
    const answer = withinDeadline(BUDGET_MS, (signal) => {
      seen = signal;
      return new Promise<never>(() => {});
    });
    const refused = answer.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(BUDGET_MS - 1);
    expect(seen?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await refused).toMatchObject({
      code: "DEADLINE",
      message: "Sign-in is not possible right now. Please try again later (DEADLINE)",
    });
    expect(seen?.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("a budget already spent refuses at once", async () => {
  await expect(withinDeadline(-5, () => new Promise<never>(() => {}))).rejects.toMatchObject({ code: "DEADLINE" });
});

test("an abort that work answers by failing is still a deadline", async () => {
  const work = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  await expect(withinDeadline(1, work)).rejects.toMatchObject({ code: "DEADLINE" });
});
