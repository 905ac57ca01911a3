import fc from "fast-check";
import { expect, test } from "vitest";
import { base64urlLength, decodeBase64url, encodeBase64url } from "../../crypto/base64url.ts";

test("bytes survive, at the length foretold", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const text = encodeBase64url(bytes);
      expect(text).toHaveLength(base64urlLength(bytes.length));
      expect(Buffer.from(decodeBase64url(text)!)).toEqual(Buffer.from(bytes));
    }),
  );
});

test("a view into a larger buffer is encoded alone", () => {
  expect(encodeBase64url(Buffer.from("xxhixx").subarray(2, 4))).toBe("aGk");
});

test("every text but the canonical one of some bytes is refused", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from("AZaz09-_+/= \n.")), minLength: 1, maxLength: 12 }),
      (text) => {
        const decoded = decodeBase64url(text);
        expect(decoded === null || encodeBase64url(decoded) === text).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test.for([
  ["nothing", ""],
  ["padding", "aGk="],
  ["the other alphabet", "+/+/"],
  ["white space", "aG k"],
  ["a trailing line break", "aGk\n"],
  ["bits to spare that are set", "aGl"],
  ["a length no bytes have", "aGkaa"],
])("%s is refused, though Node would read it", ([, text]) => {
  expect(decodeBase64url(text!)).toBeNull();
});
