import { afterAll, beforeAll, expect } from "vitest";

/** Names that JavaScript objects have already. */
export const INHERITED: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];

/** Characters nobody sees, or that change how their neighbours are shown. */
export const UNSEEN: readonly string[] = [
  "a\u0000b",
  "\u001b[31mred",
  "zero\u200bwidth",
  "join\u2060er",
  "\ufeffmark",
  "soft\u00adhyphen",
  "\u202etxt.exe",
  "\u2066isolated\u2069",
  "line\u2028break",
  "half\ud800",
  "\udc00half",
];

/** Characters that look like others, or like more or fewer than they are. */
const LOOKALIKES: readonly string[] = [
  "r\u043ele",
  "\uff52\uff4f\uff4c\uff45",
  "ro\u0301le",
  "\ufb01ne",
  "\u0130stanbul",
  "stra\u00dfe",
  "Z\u0351\u036b\u0343",
  "\u{1f600}",
  "\u05e9\u05dd",
];

/** Text that means something to a program that might come to read it. */
const MEANINGFUL: readonly string[] = [
  "'; DROP TABLE staff; --",
  "<script>alert(1)</script>",
  "%s%n%x",
  "$(id)",
  "`id`",
  "; rm -rf /",
  "../../etc/passwd",
  "${env:HOME}",
  "${jndi:ldap://x}",
  "{user.sub}",
  "{{7*7}}",
  "::error::stop",
  "=1+1",
  "http://[::1",
];

/** Text that YAML, or a reader of numbers and truth values, would take for something else. */
const GUESSED: readonly string[] = [
  "null",
  "true",
  "~",
  "no",
  "0",
  "-1",
  "1e999",
  "NaN",
  "2026-11-22",
  "&anchor",
  "*alias",
  "!tag",
  "- item",
  "? key",
  "a: b",
  "a #b",
  "[",
  "}",
  "|",
  "---",
  "<<",
  '"',
  "'",
  "\\",
];

const BLANK: readonly string[] = ["", " ", "\t", "\n", "\u00a0", "\u3000", "a b", "a\nb"];

/** Strings that have broken programs before, to stand as names, values and keys. */
export const NAUGHTY: readonly string[] = [
  ...INHERITED,
  ...UNSEEN,
  ...LOOKALIKES,
  ...MEANINGFUL,
  ...GUESSED,
  ...BLANK,
  "x".repeat(300),
];

/** Holds a file's tests to leaving what every object inherits as it was. */
export function watchPrototypes(): void {
  let before: ReturnType<typeof inheritedParts> = [];
  beforeAll(() => {
    before = inheritedParts();
  });
  afterAll(() => {
    const after = inheritedParts();
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after.filter(({ part }, index) => part !== before[index]?.part)).toEqual([]);
  });
}

function inheritedParts(): readonly { readonly name: string; readonly part: unknown }[] {
  return [Object, Array, String, Map, Set, Function].flatMap(({ name: owner, prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([key, descriptor]) =>
      Object.values(descriptor).map((part: unknown) => ({ name: `${owner}.${key}`, part })),
    ),
  );
}
