import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equal, evaluate, type Outcome, worldOf } from "../../../claims/evaluate/evaluate.ts";
import { tokenValue } from "../../../claims/evaluate/token-value.ts";
import type { Fact, Value } from "../../../claims/facts.ts";
import type { Expr, FunctionName } from "../../../claims/plan.ts";

const NOW = new Date("2026-11-23T10:00:00Z");
const error: Outcome = { known: false, because: "error" };
const known = (value: Value): Outcome => ({ known: true, value });

/** Calls a function on values, at a moment. */
function call(name: FunctionName, args: readonly Value[], now: Fact = { state: "present", value: NOW }): Outcome {
  const expr: Expr = { op: "call", name, args: args.map((_, index) => ({ op: "ref", ref: ["arg", String(index)] })) };
  const look = ([root, index]: readonly string[]): Fact =>
    root === "now" ? now : { state: "present", value: args[Number(index)] as Value };
  return evaluate(expr, worldOf(look));
}

describe("domain(email)", () => {
  test.for([
    ["nora@example.com", "example.com"],
    ["Nora@EXAMPLE.Com", "example.com"],
    ["a@b", "b"],
    ["a@[192.0.2.1]", "[192.0.2.1]"],
    ["a@MÜNCHEN.example", "mÜnchen.example"],
    ['"a@b"@example.com', "example.com"],
  ] as const)("of %s is %s", ([address, domain]) => {
    expect(call("domain", [address])).toEqual(known(domain));
  });

  test.for([
    "",
    "nora",
    "@example.com",
    "nora@",
    "a@b@c",
    "a@b@example.com",
    "a @b",
    "a@b c",
    'a"@b',
    'a@"b@c"',
    "a@b\n",
  ])("of %j is unknown: it could be read in two ways, or in none", (address) => {
    expect(call("domain", [address])).toEqual(error);
  });

  test("of any text is unknown, or what stands behind its last @", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.emailAddress(), fc.string(), fc.string({ unit: fc.constantFrom("@", "a", '"', ".") })),
        (text) => {
          const outcome = call("domain", [text]);
          const behind = text.slice(text.lastIndexOf("@") + 1).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
          expect([error, known(behind)]).toContainEqual(outcome);
        },
      ),
    );
  });
});

test("last(s, n) is the last n characters, never half of one, and all of a shorter text", () => {
  expect(call("last", ["DE89370400440532013000", 4n])).toEqual(known("3000"));
  expect(call("last", ["ab", 4n])).toEqual(known("ab"));
  expect(call("last", ["ab", 0n])).toEqual(known(""));
  expect(call("last", ["x💙y", 2n])).toEqual(known("💙y"));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 12 }), (text, count) => {
      const all = Array.from(text);
      expect(call("last", [text, BigInt(count)])).toEqual(known(all.slice(Math.max(0, all.length - count)).join("")));
    }),
  );
});

describe("age(date)", () => {
  test.for([
    ["2000-11-23", 26n],
    ["2000-11-24", 25n],
    ["2026-11-23", 0n],
    ["2024-02-29", 2n],
    ["0001-01-01", 2025n],
  ] as const)("of %s at 2026-11-23 is %i", ([date, age]) => {
    expect(call("age", [date])).toEqual(known(age));
    expect(call("age", [new Date(`${date}T00:00:00Z`)])).toEqual(known(age));
  });

  test("of somebody born on 29 February grows on 1 March of other years", () => {
    const at = (day: string): Outcome => call("age", ["2004-02-29"], { state: "present", value: new Date(day) });
    expect(at("2026-02-28T23:59:59Z")).toEqual(known(21n));
    expect(at("2026-03-01T00:00:00Z")).toEqual(known(22n));
    expect(at("2024-02-28T23:59:59Z")).toEqual(known(19n));
    expect(at("2024-02-29T00:00:00Z")).toEqual(known(20n));
  });

  test.for([
    "2026-11-24",
    "2026-13-01",
    "2026-02-29",
    "2000-1-1",
    "2000-01-01T00:00:00Z",
    "",
    "yesterday",
    " 2000-01-01",
  ])("of %j is unknown: no day, or none yet", (date) => {
    expect(call("age", [date])).toEqual(error);
  });

  test("is unknown where the time is", () => {
    expect(call("age", ["2000-01-01"], { state: "failed" })).toEqual({ known: false, because: "failed" });
  });

  test("counts the anniversaries there were", () => {
    const day = fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    const iso = (date: Date): string => date.toISOString().slice(0, 10);
    const anniversary = (born: string, years: number): string => {
      const year = String(Number(born.slice(0, 4)) + years);
      const isLeap = new Date(Date.UTC(Number(year), 2, 0)).getUTCDate() === 29;
      return born.endsWith("-02-29") && !isLeap ? `${year}-03-01` : `${year}${born.slice(4)}`;
    };
    fc.assert(
      fc.property(day, day, (born, now) => {
        fc.pre(born <= now);
        let years = 0;
        while (anniversary(iso(born), years + 1) <= iso(now)) years += 1;
        expect(call("age", [iso(born)], { state: "present", value: now })).toEqual(known(BigInt(years)));
      }),
    );
  });
});

describe("bracketList(s)", () => {
  test.for<[text: string, ...items: string[]]>([
    ["[a, b]", "a", "b"],
    ["[a,b , c]", "a", "b", "c"],
    [" [ admin ] ", "admin"],
    ["[]"],
    ["[ ]"],
    [""],
    ["  "],
    ["admin", "admin"],
    [" a, b ", "a, b"],
    ["[a[1], (b)]", "a[1]", "(b)"],
  ])("of %j is its items", ([text, ...items]) => {
    expect(call("bracketList", [text])).toEqual(known(items));
  });

  test.for(["[a, b", "a, b]", "[a,, b]", "[a, ]", "[,]", "[", "]"])("of %j is unknown", (text) => {
    expect(call("bracketList", [text])).toEqual(error);
  });

  test("reads what was written as a list", () => {
    const item = fc.stringMatching(/^[a-z0-9:/ -]+$/).filter((each) => each.trim() === each && each !== "");
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(call("bracketList", [`[${items.join(", ")}]`])).toEqual(known(items));
      }),
    );
  });
});

const scalar = fc.oneof(
  fc.constantFrom<Value>("", "a", "b", "__proto__", "1", true, false),
  fc.bigInt(-2n, 2n),
  fc.constantFrom(0, 1, 1.5, -1),
  fc.constantFrom(new Date(0), new Date(1000)),
);

test("distinct(l) keeps each item where it first stood, lists and maps by what is in them", () => {
  const item = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    fc
      .dictionary(fc.constantFrom("a", "b"), fc.bigInt(0n, 1n), { maxKeys: 2 })
      .map((each) => new Map(Object.entries(each))),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 8 }), (items) => {
      const found = items.filter((each, index) => !items.slice(0, index).some((other) => equal(other, each)));
      expect(call("distinct", [items])).toEqual(known(found));
    }),
  );
});

test("flatten(l) takes one level of lists away, and take(l, n) keeps the first n", () => {
  expect(call("flatten", [[[1n], [], [2n, 3n]]])).toEqual(known([1n, 2n, 3n]));
  expect(call("flatten", [[[[1n]], [[2n]]]])).toEqual(known([[1n], [2n]]));
  expect(call("take", [["a", "b"], 1n])).toEqual(known(["a"]));
  expect(call("take", [["a", "b"], 9n])).toEqual(known(["a", "b"]));
  expect(call("take", [["a"], 0n])).toEqual(known([]));
});

test("sort(l) orders as < does, equals in the order they had, and has no result with a NaN", () => {
  expect(call("sort", [["b", "a", "B", "", "a"]])).toEqual(known(["", "B", "a", "a", "b"]));
  expect(call("sort", [[10n, 9n, -1n]])).toEqual(known([-1n, 9n, 10n]));
  expect(call("sort", [[true, false]])).toEqual(known([false, true]));
  expect(call("sort", [[new Date(2), new Date(1)]])).toEqual(known([new Date(1), new Date(2)]));
  expect(call("sort", [[1, Number.NaN]])).toEqual(error);
  expect(call("sort", [[0, -0, -1]])).toEqual(known([-1, 0, -0]));
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => {
      const outcome = call("sort", [numbers]);
      const sorted = outcome.known ? (outcome.value as number[]) : [];
      expect(sorted.every((each, index) => index === 0 || (sorted[index - 1] as number) <= each)).toBe(true);
      expect(sorted).toEqual([...numbers].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0)));
    }),
  );
});

test("json(x) is the text a token would carry, and unknown for what none can", () => {
  expect(call("json", ['a"b'])).toEqual(known('"a\\"b"'));
  expect(
    call("json", [
      new Map<string, Value>([
        ["since", new Date(1000)],
        ["n", [1n, 2.5]],
      ]),
    ]),
  ).toEqual(known('{"since":1,"n":[1,2.5]}'));
  expect(call("json", [2n ** 60n])).toEqual(error);
  expect(call("json", [Number.NaN])).toEqual(error);
  fc.assert(
    fc.property(fc.oneof(scalar, fc.array(scalar)), (value) => {
      expect(call("json", [value])).toEqual(known(JSON.stringify(tokenValue(value))));
    }),
  );
});

test("a list joins where it can be taken apart again, and then it is the same list", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (items, separator) => {
      const joined = call("join", [items, separator]);
      fc.pre(joined.known);
      expect(call("split", [joined.known ? joined.value : "", separator])).toEqual(known(items));
    }),
  );
  expect(call("join", [["a", "b"], ","])).toEqual(known("a,b"));
});

test("a text splits into characters by nothing, and never into halves of one", () => {
  expect(call("split", ["x💙", ""])).toEqual(known(["x", "💙"]));
  expect(call("split", ["", ""])).toEqual(known([]));
  expect(call("split", ["", ","])).toEqual(known([""]));
});

test("a timestamp is text by RFC 3339 in UTC, and an int in whole seconds", () => {
  expect(call("string", [new Date("2026-11-23T10:00:00Z")])).toEqual(known("2026-11-23T10:00:00Z"));
  expect(call("string", [new Date("2026-11-23T10:00:00.5Z")])).toEqual(known("2026-11-23T10:00:00.500Z"));
  expect(call("int", [new Date(1999)])).toEqual(known(1n));
  expect(call("int", [new Date(-1)])).toEqual(known(-1n));
  const day = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(day, (date) => {
      const text = call("string", [date]);
      expect(text.known && call("timestamp", [text.value])).toEqual(known(date));
    }),
  );
});
