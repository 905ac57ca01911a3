import { format, inspect } from "node:util";
import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Secret, secret } from "../../resource-server/secret.ts";

const canary = "DE-48213377";
const hidden = secret(canary);

/** Everything a program does to a value without asking for it. */
const ways: readonly (readonly [string, (value: Secret<unknown>) => unknown])[] = [
  ["String()", (value) => String(value)],
  ["a template", (value) => `${value as unknown as string}`],
  ["concatenation", (value) => `a${value as unknown as string}`.concat(value as unknown as string)],
  ["toLocaleString", (value) => value.toLocaleString()],
  ["JSON.stringify", (value) => JSON.stringify({ value, list: [value] })],
  ["console's %s, %o, %O and %j", (value) => format("%s %o %O %j", value, value, value, value)],
  ["util.inspect", (value) => inspect({ value }, { depth: 10 })],
  ["util.inspect of hidden things", (value) => inspect(value, { depth: 10, showHidden: true, getters: true })],
  ["util.inspect without custom inspection", (value) => inspect(value, { customInspect: false, showHidden: true })],
  ["spreading", (value) => JSON.stringify({ ...value })],
  ["Object.entries", (value) => JSON.stringify(Object.entries(value))],
  ["Object.assign", (value) => JSON.stringify(Object.assign({}, value))],
  ["own property descriptors", (value) => inspect(Object.getOwnPropertyDescriptors(value), { depth: 10 })],
  ["a for loop", (value) => Array.from(Object.keys(value)).join()],
  ["structuredClone", (value) => inspect(structuredClone(value), { showHidden: true })],
  ["serialization", (value) => inspect(deserialize(serialize(value)), { showHidden: true })],
  ["an error's message", (value) => new Error(`failed for ${value as unknown as string}`).stack],
  ["the source of its members", (value) => Object.values(Object.getOwnPropertyDescriptors(value)).map(String).join()],
];

describe("a secret", () => {
  test.for(ways)("does not show itself to %s", ([, way]) => {
    expect(String(way(hidden))).not.toContain(canary);
  });

  test("does not show itself inside an error, a map or a class", () => {
    const around = { error: new Error("x", { cause: hidden }), map: new Map([["k", hidden]]), set: new Set([hidden]) };
    expect(inspect(around, { depth: 10 })).toContain("[sealed]");
    expect(inspect(around, { depth: 10, showHidden: true })).not.toContain(canary);
  });

  test("is [sealed] in text and JSON", () => {
    expect(String(hidden)).toBe("[sealed]");
    expect(JSON.stringify([hidden])).toBe('["[sealed]"]');
    expect(inspect([hidden])).toBe("[ [sealed] ]");
    expect(Number(hidden)).toBeNaN();
  });

  test("cannot be changed or given another face", () => {
    expect(Object.isFrozen(hidden)).toBe(true);
    expect(() => Object.assign(hidden, { toString: () => "x" })).toThrow(TypeError);
  });

  test("reveals exactly what was put in", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(secret(value).reveal()).toBe(value);
      }),
    );
  });

  test("gives no value away, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12}$/), fc.boolean(), (text, nested) => {
        const value = secret(nested ? { street: text, list: [text] } : text);
        for (const [, way] of ways) expect(String(way(value))).not.toContain(text);
      }),
    );
  });
});
