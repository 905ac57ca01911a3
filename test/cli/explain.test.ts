import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SMALL_MAP } from "./a-small-map.ts";
import { type Ran, ran } from "./recorded-io.ts";

const SUB = "6a1f0c52-7d0e-4b7e-9a3b-0d6c2b1e4f01";
const shape = JSON.parse(readFileSync("test/events/v3.hosted-auth.json", "utf8")) as { request: object };
const event = {
  ...shape,
  userName: SUB,
  callerContext: { clientId: "web" },
  request: { ...shape.request, userAttributes: { sub: SUB } },
};
const MAP = `${SMALL_MAP}  robot:
    match: { grants: [client_credentials], clients: [robot] }
    claims:
      fixed: { value: "'always'", to: [access], effect: informs }
`;
const files = {
  "m.claims.yaml": MAP,
  "event.json": JSON.stringify(event),
  "tables.json": JSON.stringify({
    staff: [{ pk: `STAFF#${SUB}`, shopId: "s7", role: "manager", taxNo: "DE-48213377" }],
  }),
};
const environment = {
  STAFF_TABLE: "staff",
  WEB_CLIENT: "web",
  TILLS_KEY_ARN: "arn:aws:kms:eu-central-1:111122223333:key/tills",
};

function explain(claim: string, ...options: readonly string[]): Promise<Ran> {
  const argv = ["explain", "m.claims.yaml", claim, "--event", "event.json", "--tables", "tables.json", ...options];
  return ran(argv, files, environment);
}

test("shows what the claim depends on, what it came to, and who gets it; values masked", async () => {
  const { exit, out } = await explain("tax_no");
  expect(exit).toBe(0);
  expect(out).toBe(`tax_no, profile clerk: pii, trusted as operator, informs

depends on
  staff.taxNo  present, string of 11 characters (pii, operator; for value)
               user.sub -> staff (table staff, row found) -> staff.taxNo
  user.sub     present, string of 36 characters (open, operator; for staff.taxNo)
               event -> user.sub

value  staff.taxNo
       came to: string of 11 characters

tills  sealed: its value is known

values are masked; --reveal shows those that are open`);
});

test("--reveal shows what is open and nothing else", async () => {
  const { out } = await explain("shop_id", "--reveal");
  expect(out).toContain('  staff.shopId  present, string of 2 characters "s7" (open, operator; for value)');
  expect(out).toMatch(/values that are not open stay masked$/);
  expect((await explain("tax_no", "--reveal")).out).not.toContain("DE-48213377");
});

test("a refused token ends with exit 1, its code and the reason by name", async () => {
  const { exit, out } = await ran(["explain", "m.claims.yaml", "shop_id", "--event", "event.json"], files, environment);
  expect(exit).toBe(1);
  expect(out).toContain("access token  no token: the token is refused with SOURCE_UNAVAILABLE");
  expect(out).toContain('refused: SOURCE_UNAVAILABLE\n  because source "staff": its row could not be read');
  expect(out).toContain("user.sub -> staff (table staff, cannot be read) -> staff.shopId");
});

test("as JSON it has the form the documents promise", async () => {
  const { exit, out } = await explain("shop_id", "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toEqual({
    claim: "shop_id",
    profile: "clerk",
    class: "open",
    trust: "operator",
    effect: "grants",
    reads: [expect.objectContaining({ reference: "staff.shopId" }), expect.objectContaining({ reference: "user.sub" })],
    when: null,
    value: { text: "staff.shopId", state: "known", shape: "string of 2 characters" },
    outcomes: [{ reader: "access token", result: "clear", because: "its value is known" }],
    refused: null,
  });
});

test("a claim or a profile that is not there is a misspelt one, and a claim of another profile says of which", async () => {
  expect(await explain("shopid")).toMatchObject({
    exit: 2,
    err: expect.stringContaining('claimseal explain: the map has no claim "shopid"; did you mean shop_id?'),
  });
  expect(await explain("zzz")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("; there are: shop_id, tax_no, fixed"),
  });
  expect(await explain("shop_id", "--profile", "clerks")).toMatchObject({
    exit: 2,
    err: expect.stringContaining('the map has no profile "clerks"; did you mean clerk?'),
  });
  expect(await explain("fixed")).toMatchObject({
    exit: 2,
    err: expect.stringContaining(
      'this event is for profile clerk, which has no claim "fixed"; ask with --profile robot',
    ),
  });
  expect(await explain("fixed", "--profile", "robot")).toMatchObject({
    exit: 0,
    out: expect.stringContaining("depends on\n  nothing"),
  });
});

test("an event without a profile says so, with exit 1", async () => {
  const stranger = { ...files, "event.json": JSON.stringify({ ...event, callerContext: { clientId: "stranger" } }) };
  const argv = ["explain", "m.claims.yaml", "shop_id", "--event", "event.json"];
  expect(await ran(argv, stranger, environment)).toMatchObject({
    exit: 1,
    out: "this event has no profile: PROFILE_NONE, no profile matches this grant and client",
  });
  expect(JSON.parse((await ran([...argv, "--json"], stranger, environment)).out)).toEqual({
    claim: "shop_id",
    profile: null,
    refused: { code: "PROFILE_NONE", detail: "no profile matches this grant and client" },
  });
});

test("what is missing outside is named, with exit 3: variables, and an event that is none", async () => {
  const argv = ["explain", "m.claims.yaml", "shop_id", "--event", "event.json"];
  expect(await ran(argv, files)).toMatchObject({
    exit: 3,
    err: "claimseal explain: not set in the environment: STAFF_TABLE, TILLS_KEY_ARN, WEB_CLIENT; give each with --env NAME=VALUE",
  });
  expect(await ran(argv, { ...files, "event.json": "{}" }, environment)).toMatchObject({
    exit: 3,
    err: "claimseal explain: event.json: EVENT_MALFORMED, request: expected an object",
  });
  expect(await ran(["explain", "m.claims.yaml", "shop_id"], files)).toMatchObject({ exit: 2 });
});
