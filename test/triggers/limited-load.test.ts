import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LoadAttributes, RowRequest } from "../../claims/facts.ts";
import { inShares, limitedLoad } from "../../triggers/limited-load.ts";

const request: RowRequest = {
  kind: "row",
  source: "staff",
  table: "staff",
  region: undefined,
  key: { pk: "1" },
  attributes: ["role"],
  consistent: true,
};
const never = new AbortController().signal;

/** A loader that ends when its signal does, and when that was. */
function waiting(): { readonly load: LoadAttributes; readonly ended: () => number | null } {
  let ended: number | null = null;
  return {
    ended: () => ended,
    load: (requests, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          ended = Date.now();
          resolve(requests.map(() => ({ state: "failed" })));
        });
      }),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("reads that take too long are ended, and are failed", async () => {
  const { load, ended } = waiting();
  const outcome = limitedLoad(load, () => 1_200)([request], never);
  await vi.advanceTimersByTimeAsync(1_200);
  expect(await outcome).toEqual([{ state: "failed" }]);
  expect(ended()).toBe(1_200);
});

test("reads that are done in time leave no timer", async () => {
  const load = limitedLoad(
    async (requests) => requests.map(() => ({ state: "missing" })),
    () => 1_200,
  );
  expect(await load([request], never)).toEqual([{ state: "missing" }]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a loader that throws does so, and leaves no timer", async () => {
  const load = limitedLoad(
    () => Promise.reject(new TypeError("a bug")),
    () => 1_200,
  );
  await expect(load([request], never)).rejects.toThrow(new TypeError("a bug"));
  expect(vi.getTimerCount()).toBe(0);
});

test("the end of the event ends its reads, also one that came first", async () => {
  const { load, ended } = waiting();
  const event = new AbortController();
  const outcome = limitedLoad(load, () => 1_200)([request], event.signal);
  await vi.advanceTimersByTimeAsync(10);
  event.abort();
  expect(await outcome).toEqual([{ state: "failed" }]);
  expect(ended()).toBe(10);
  const late = vi.fn<LoadAttributes>(async (_: readonly RowRequest[], signal: AbortSignal) => {
    expect(signal.aborted).toBe(true);
    return [];
  });
  await limitedLoad(late, () => 1_200)([request], event.signal);
  expect(late).toHaveBeenCalledOnce();
});

test("without time nothing is read", async () => {
  const load = vi.fn<LoadAttributes>(async () => []);
  expect(await inShares(load, 2, () => 100)([request, request], never)).toEqual([
    { state: "failed" },
    { state: "failed" },
  ]);
  expect(load).not.toHaveBeenCalled();
});

test("each wave gets an equal part of what is left, and the last one all but what the answer needs", async () => {
  const start = 4_200;
  const leftMs = (): number => start - Date.now();
  const ends: number[] = [];
  const load = inShares(
    (requests, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          ends.push(Date.now());
          resolve(requests.map(() => ({ state: "failed" })));
        });
      }),
    3,
    leftMs,
  );
  for (let wave = 0; wave < 3; wave += 1) {
    const outcome = load([request], never);
    await vi.advanceTimersToNextTimerAsync();
    await outcome;
  }
  // (4,200 - 400) / 3, twice more of what is left then.
  expect(ends.map((end) => Math.round(end / 10) * 10)).toEqual([1_270, 2_530, 3_800]);
});
