import fc from "fast-check";
import { expect, test } from "vitest";
import { hedgeDelay } from "../../aws/hedge-delay.ts";

test("until fifty answers are known the delay is 50 ms, and before the first half of what a send may take", () => {
  const delay = hedgeDelay(400);
  expect(delay.ms()).toBe(200);
  for (let answer = 1; answer < 50; answer += 1) {
    delay.record(80);
    expect(delay.ms()).toBe(50);
  }
  delay.record(80);
  expect(delay.ms()).toBe(80);
});

test("it is the time within which 95 % of the last two hundred were answered, and never less than 25 ms", () => {
  const delay = hedgeDelay(400);
  for (let answer = 0; answer < 1_000; answer += 1) delay.record(300);
  for (let answer = 1; answer <= 200; answer += 1) delay.record(answer);
  expect(delay.ms()).toBe(190);
  for (let answer = 0; answer < 200; answer += 1) delay.record(3);
  expect(delay.ms()).toBe(25);
});

test("a few that are slow do not count; more than one in twenty do", () => {
  const delay = hedgeDelay(400);
  const answers = (slow: number) => {
    for (let answer = 0; answer < 200; answer += 1) delay.record(answer % 20 < slow ? 150 : 10);
  };
  answers(1);
  expect(delay.ms()).toBe(25);
  answers(2);
  expect(delay.ms()).toBe(150);
});

test("where answers take more than half of what a send may take there is no second copy, and there is again later", () => {
  const delay = hedgeDelay(400);
  for (let answer = 0; answer < 200; answer += 1) delay.record(201);
  expect(delay.ms()).toBe(Number.POSITIVE_INFINITY);
  for (let answer = 0; answer < 200; answer += 1) delay.record(200);
  expect(delay.ms()).toBe(200);
});

test("whatever comes, it is never less than the floor, and never more than half the limit unless it is never", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 400 }), (answers) => {
      const delay = hedgeDelay(400);
      for (const ms of answers) {
        delay.record(ms);
        expect(delay.ms() === Number.POSITIVE_INFINITY || (delay.ms() >= 25 && delay.ms() <= 200)).toBe(true);
      }
    }),
  );
});
