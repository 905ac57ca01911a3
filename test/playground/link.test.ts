import fc from "fast-check";
import { expect, test } from "vitest";
import type { Start } from "../../local/playground/messages.ts";
import { packFragment, unpackFragment } from "../../playground/state/fragment.ts";
import { linkOf, readLink } from "../../playground/state/link.ts";
import { FIRST_STATE, nextState, type PageState } from "../../playground/state/page-state.ts";
import { holdsRealToken } from "../../playground/state/real-token.ts";
import { startOf } from "./a-start.ts";

const start: Start = startOf("clinic", "shop");
const begun = (): PageState => nextState(FIRST_STATE, { do: "start", start, link: null, notice: "" });
/** A token somebody was given, but for its signature: the header says so. */
const token = `${Buffer.from('{"alg":"RS256","kid":"a"}').toString("base64url")}.${Buffer.from('{"sub":"a"}').toString("base64url")}.c2lnbmF0dXJl`;

test("what is packed into a fragment is unpacked from it, whatever it says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const fragment = await packFragment(value);
      expect(fragment).toMatch(/^1\.[A-Za-z0-9_-]*$/);
      expect(await unpackFragment(fragment)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 30 },
  );
});

test("a fragment that is of another version, cut off, no text or too large is none", async () => {
  const whole = await packFragment({ map: "version: 1" });
  const tooMuch = await packFragment("a".repeat(2_000_001));
  const strange = ["", "2.abc", "1.", whole.slice(0, -4), "1.$$$", `1.${"A".repeat(200_001)}`, tooMuch];
  expect(tooMuch.length).toBeLessThan(5_000);
  for (const fragment of strange) expect(await unpackFragment(fragment)).toBeUndefined();
});

test("a link says what was edited and where one started, and leads back there", () => {
  const edited = nextState(begun(), { do: "type", text: "rows", to: '{ "t": [] }' });
  const faulty = nextState(edited, { do: "fault", part: "staff", name: "unavailable" });
  const link = linkOf(faulty);
  expect(link).toEqual({ example: "clinic", situation: null, faults: { staff: "unavailable" }, rows: '{ "t": [] }' });
  const read = readLink(JSON.parse(JSON.stringify(link)), start);
  const back = nextState(FIRST_STATE, { do: "start", start, link: read, notice: "" });
  expect({ texts: back.texts, faults: back.faults, example: back.example }).toEqual({
    texts: faulty.texts,
    faults: faulty.faults,
    example: "clinic",
  });
});

test("a link to an example that is not there is one only with all of its texts", () => {
  const texts = { map: "a", event: "b", rows: "c", setting: "d" };
  const elsewhere = { example: "mine", situation: null, faults: {} };
  expect(readLink({ ...elsewhere, map: "a" }, start)).toBeNull();
  expect(readLink({ ...elsewhere, ...texts }, start)).toEqual({ ...elsewhere, ...texts });
});

test.for([null, "clinic", {}, { example: 1 }, { example: "clinic", situation: 9, faults: {} }])(
  "%j is no link",
  (read) => {
    expect(readLink(read, start)).toBeNull();
  },
);

test("of faults in a link only texts are taken", () => {
  const read = readLink({ example: "clinic", situation: 0, faults: { staff: "stall", seal: { a: 1 } } }, start);
  expect(read?.faults).toEqual({ staff: "stall" });
});

test("a token is known by its header, and a text that holds one is in no link", () => {
  expect(holdsRealToken(`{ "token": "${token}" }`)).toBe(true);
  // Encrypted: five parts, the second of them empty.
  const encrypted = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString("base64url")}..aXY.Y2lwaGVy.dGFn`;
  expect(holdsRealToken(encrypted)).toBe(true);
  expect(linkOf(nextState(begun(), { do: "type", text: "event", to: token }))).toBeNull();
});

test.for(["eyJhbGciOiJSUzI1NiJ9", "eyJhYmNkZWZnaGk.abc.def", "care-api/chart.read", "eyJub25lIjoxfQ.e30.x"])(
  "%s is no token",
  (text) => {
    expect(holdsRealToken(text)).toBe(false);
  },
);
