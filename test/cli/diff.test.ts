import { expect, test } from "vitest";
import { FLAWED_MAP, SMALL_MAP } from "./a-small-map.ts";
import { type Ran, ran } from "./recorded-io.ts";

/** A map as it was and as it will be. */
function diffOf(now: string, ...options: readonly string[]): Promise<Ran> {
  return ran(["diff", "old.claims.yaml", "new.claims.yaml", ...options], {
    "old.claims.yaml": SMALL_MAP,
    "new.claims.yaml": now,
  });
}

const WIDER = SMALL_MAP.replace('revision: "1"', 'revision: "2"')
  .replace("idToken: { keep: [] }", 'idToken: { keep: [] }\n    refuse: [{ when: staff.shopId == "", code: NO_SHOP }]')
  .replace(
    "[tills/write], when: 'staff.role == \"manager\"'",
    '[tills/write], when: \'staff.role in ["manager", "clerk"]\'',
  )
  .replace('role/tills"]', 'role/tills", "arn:aws:iam::111122223333:role/reports"]');

test("says by reader who gets more and who less, what widens first, with places of the map", async () => {
  const { exit, out } = await diffOf(WIDER);
  expect(exit).toBe(0);
  expect(out).toBe(`shop@1 -> shop@2: 2 widen, 1 narrows

tills
  widens   a token is now given \`tills/write\` when \`staff.role in ["manager", "clerk"]\`; it was when \`staff.role == "manager"\`
           profiles.clerk.scopes
  widens   \`arn:aws:iam::111122223333:role/reports\` can now open what is sealed for tills
           resourceServers.tills.readers

who gets a token
  narrows  \`MAP_NO_SHOP\` now refuses when \`staff.shopId == ""\`
           profiles.clerk.refuse`);
});

test("ends with exit 5 under --fail-on widen, and with 0 where nobody gets more", async () => {
  expect(await diffOf(WIDER, "--fail-on", "widen")).toMatchObject({ exit: 5 });
  const narrower = SMALL_MAP.replace("idToken: { keep: [] }", "idToken: { keep: [] }").replace(
    "'staff.role == \"manager\"'",
    "'staff.role == \"manager\" && has(staff.shopId)'",
  );
  expect(await diffOf(narrower, "--fail-on", "widen")).toMatchObject({
    exit: 0,
    out: expect.stringContaining("shop@1 -> shop@1: 1 narrows\n\ntills\n  narrows  "),
  });
});

test("maps that differ in words alone give everybody what they got before", async () => {
  const reworded = SMALL_MAP.replace("name: shop", "name: shop   # ours").replaceAll(
    "staff.role ==",
    "staff.role   ==",
  );
  expect(await diffOf(reworded, "--fail-on", "widen")).toMatchObject({
    exit: 0,
    out: "shop@1 -> shop@1: everybody gets what they got before",
  });
});

test("as JSON it has the form the documents promise", async () => {
  const { exit, out } = await diffOf(SMALL_MAP.replace("sealFor: [tills]", "to: [id]"), "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toEqual({
    widens: true,
    old: { name: "shop", revision: "1" },
    new: { name: "shop", revision: "1" },
    differences: [
      {
        kind: "widen",
        readers: ["the client"],
        path: ["profiles", "clerk", "claims", "tax_no"],
        sentence: "the client can now read `tax_no` in the ID token (pii, from `staff.taxNo`); it was sealed for tills",
      },
      {
        kind: "narrow",
        readers: ["tills"],
        path: ["profiles", "clerk", "claims", "tax_no"],
        sentence: "tills can no longer read `tax_no` (pii)",
      },
    ],
  });
});

test("the old map can come from standard input, so that any revision of a repository will do", async () => {
  const files = { "new.claims.yaml": SMALL_MAP };
  const piped = { input: SMALL_MAP.replace("  usernames: opaque", "  usernames: any") };
  expect(await ran(["diff", "-", "new.claims.yaml"], files, {}, piped)).toMatchObject({
    exit: 0,
    out: expect.stringContaining("narrows  usernames that may be personal now refuse the token"),
  });
  expect(await ran(["diff", "-", "-"])).toMatchObject({
    exit: 2,
    err: expect.stringContaining("claimseal diff: only one of the two can be standard input"),
  });
});

test("a map with errors is not compared, and says what is wrong with it", async () => {
  const { exit, out, err } = await diffOf(FLAWED_MAP, "--fail-on", "widen");
  expect([exit, out]).toEqual([5, ""]);
  expect(err).toContain("error CS401");
});

test("nothing a map holds can speak to the terminal", async () => {
  const { out } = await diffOf(SMALL_MAP.replace('== "manager"', '!= "\\u202e\\u001b[2J"'));
  expect(out).toContain('when `staff.role != "\\u202e\\u001b[2J"`');
  for (const unseen of ["\u{202e}", "\u{1b}"]) expect(out).not.toContain(unseen);
});
