import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingWithin, writtenForms } from "../../local/leak-search.ts";

const NOISE = "eyJhbGciOiJSUzI1NiJ9 5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f https://cognito-idp.eu-central-1";
const value = fc.string({ unit: "grapheme", minLength: 8, maxLength: 24 });

test("finds a value in every form it can be written in, wherever it stands", () => {
  fc.assert(
    fc.property(value, fc.nat(), (text, at) => {
      const forms = writtenForms(text);
      const form = forms[at % forms.length];
      expect(encodingWithin(["", `${NOISE}${form?.text}${NOISE}`], text)).toBeDefined();
    }),
  );
});

test("finds a value in the middle of what was encoded as a whole, at every offset", () => {
  fc.assert(
    fc.property(value, fc.string({ maxLength: 7 }), (text, before) => {
      const bytes = Buffer.from(`${before}${text} and more`);
      expect(encodingWithin([bytes.toString("base64")], text)).toMatch(/^base64/);
      expect(encodingWithin([bytes.toString("base64url")], text)).toMatch(/^base64/);
    }),
  );
});

test.for([
  ["Anna Testmann", "ANNA TESTMANN", "upper case"],
  ["Anna Testmann", "nnamtseT annA", "reversed"],
  ["Anna Testmann", "416e6e6120546573746d616e6e", "hex"],
  ["Anna Testmann", "Anna+Testmann", "form-encoded"],
  ["Anna Testmann", "Anna%20Testmann", "URL-encoded"],
  ["Änne Müller", "\\u00c4nne M\\u00fcller", "JSON-escaped to ASCII"],
  ["DE-48213377", "48213377", undefined],
  ["Anna Testmann", NOISE, undefined],
] as const)("%s in %s is found as %s", ([text, content, encoding]) => {
  expect(encodingWithin([content], text)).toBe(encoding);
});
