import fc from "fast-check";
import { expect, test } from "vitest";
import { extraWindow } from "../../aws/extra-window.ts";

test("of the first thousand requests a hundred may be sent again, however they are spread", () => {
  for (const perRequest of [1, 7, 100, 1_000]) {
    const window = extraWindow();
    let taken = 0;
    for (let request = 0; request < 1_000; request += 1) {
      window.begin();
      for (let extra = 0; extra < perRequest; extra += 1) if (window.take()) taken += 1;
    }
    expect(taken).toBe(100);
  }
});

test("what was taken comes back when the request it is put down to is no longer of the last thousand, and not before", () => {
  const window = extraWindow();
  window.begin();
  for (let extra = 0; extra < 100; extra += 1) expect(window.take()).toBe(true);
  for (let request = 1; request < 1_000; request += 1) {
    window.begin();
    expect(window.take()).toBe(false);
  }
  window.begin();
  expect(window.take()).toBe(true);
});

test("no thousand requests in a row have more than a hundred extra sends, whoever asks for them and when", () => {
  const wish = fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.nat(2) },
    { weight: 1, arbitrary: fc.nat(150) },
  );
  let most = 0;
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 97 }), (wishes, step) => {
      const window = extraWindow();
      const taken: number[] = [];
      for (let request = 0; request < 3_000; request += 1) {
        window.begin();
        const wanted = wishes[(request * step) % wishes.length] ?? 0;
        taken.push(Array.from({ length: wanted }).filter(() => window.take()).length);
      }
      let sum = 0;
      const broken = taken.filter((each, request) => {
        sum += each - (taken[request - 1_000] ?? 0);
        most = Math.max(most, sum);
        const isTurnedAway = each < (wishes[(request * step) % wishes.length] ?? 0);
        return sum > 100 || (isTurnedAway && sum < 100);
      });
      expect(broken).toEqual([]);
    }),
    { numRuns: 50 },
  );
  expect(most).toBe(100);
});
