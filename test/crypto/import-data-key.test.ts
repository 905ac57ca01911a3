import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { importDataKey } from "../../crypto/import-data-key.ts";

test("a key is taken out of a shared buffer, and only its own bytes there are overwritten", () => {
  const pool = randomBytes(96);
  const before = Buffer.from(pool);
  const key = importDataKey(pool.subarray(32, 64))!;
  expect(key.export()).toEqual(before.subarray(32, 64));
  expect(pool).toEqual(Buffer.concat([before.subarray(0, 32), Buffer.alloc(32), before.subarray(64)]));
});

test("a key does not change with the bytes it came from", () => {
  const raw = randomBytes(32);
  const before = Buffer.from(raw);
  const key = importDataKey(raw)!;
  raw.fill(7);
  expect(key.export()).toEqual(before);
});

test.for([0, 16, 31, 33, 64])("%i bytes are no key, and are overwritten all the same", (size) => {
  const raw = randomBytes(size);
  expect(importDataKey(raw)).toBeNull();
  expect(raw).toEqual(Buffer.alloc(size));
});

test("a key shows none of its bytes in JSON or inspection", () => {
  const raw = Buffer.from("0123456789abcdef0123456789abcdef");
  const key = importDataKey(raw)!;
  for (const shown of [JSON.stringify({ key }), inspect(key, { depth: 9, showHidden: true })]) {
    expect(shown).not.toMatch(/0123|3031|MDEy/);
  }
});
