/** One thing an expression may call, as the documentation says it. */
export type FunctionEntry = {
  readonly name: string;
  /** With types in the places of arguments. */
  readonly form: string;
  readonly gives: string;
  readonly says: string;
  /** When it is unknown although all it needs is known; absent for never. */
  readonly unknown?: string;
  /** Where its class or trust is not that of everything it reads. */
  readonly classAndTrust?: string;
  /** An expression over the person of the page, and what it comes to, as a token carries it; `unknown` for no value. */
  readonly example: readonly [expression: string, comesTo: string];
};

export type EntryGroup = { readonly title: string; readonly entries: readonly FunctionEntry[] };

const presence: EntryGroup = {
  title: "What is there",
  entries: [
    {
      name: "has",
      form: "has(a.b)",
      gives: "bool",
      says: "Whether a declared value, field or entry is there; of a value that breaks its declaration or whose source failed, unknown.",
      example: ["has(staff.nickname)", "false"],
    },
    {
      name: "hasValue",
      form: 'a[?"b"].hasValue()',
      gives: "bool",
      says: "The same, for names with other characters, for items of lists and through several steps, each of which may be absent.",
      example: ["staff.wards[?2].hasValue()", "false"],
    },
    {
      name: "orValue",
      form: "a.?b.orValue(T)",
      gives: "the type of `b`",
      says: "`a.b`, or the argument where it is absent, and there only.",
      example: ['staff.?nickname.orValue("none")', '"none"'],
    },
  ],
};

const text: EntryGroup = {
  title: "Text",
  entries: [
    {
      name: "startsWith",
      form: "string.startsWith(string)",
      gives: "bool",
      says: "Whether it starts so.",
      example: ['"STAFF#7".startsWith("STAFF#")', "true"],
    },
    {
      name: "endsWith",
      form: "string.endsWith(string)",
      gives: "bool",
      says: "Whether it ends so.",
      example: ['"STAFF#7".endsWith("#")', "false"],
    },
    {
      name: "contains",
      form: "string.contains(string)",
      gives: "bool",
      says: "Whether it occurs in it.",
      example: ['"STAFF#7".contains("#")', "true"],
    },
    {
      name: "matches",
      form: 'matches(string, "pattern")',
      gives: "bool",
      says: "Whether the pattern, written out and in [RE2 syntax](https://github.com/google/re2/wiki/Syntax), occurs in it; `^` and `$` for all of it. In linear time.",
      unknown: "the text has more than 2,048 characters",
      example: ['matches(user.email, "@example\\\\.(com|org)$")', "true"],
    },
    {
      name: "lowerAscii",
      form: "string.lowerAscii()",
      gives: "string",
      says: "`A` to `Z` in lower case, and nothing else changed.",
      example: ['"ÄBC".lowerAscii()', '"Äbc"'],
    },
    {
      name: "upperAscii",
      form: "string.upperAscii()",
      gives: "string",
      says: "`a` to `z` in upper case, and nothing else changed.",
      example: ['"äbc".upperAscii()', '"äBC"'],
    },
    {
      name: "trim",
      form: "string.trim()",
      gives: "string",
      says: "Without white space around it.",
      example: ['"  nurse ".trim()', '"nurse"'],
    },
    {
      name: "last",
      form: "last(string, 4)",
      gives: "string",
      says: "The last characters, as many as are written out; all of a shorter text.",
      example: ['last("DE89370400440532013000", 4)', '"3000"'],
    },
    {
      name: "domain",
      form: "domain(string)",
      gives: "string",
      says: "What follows the `@` of an address, in lower case.",
      unknown:
        "it has no `@`, or more than one outside of a quoted local part, nothing on one side of it, or white space",
      example: ["domain(user.email)", '"example.com"'],
    },
    {
      name: "pseudonym",
      form: "pseudonym(staff.attribute)",
      gives: "string",
      says: "22 characters that stand for the value: an HMAC-SHA-256 under a key of the pool's that KMS made, another one for each attribute, and for each client or, in an envelope, each resource server. It takes a declared text itself.",
      unknown: "no key can be had",
      classAndTrust: "its own: `declassify: { through: pseudonym }` lets it stand in the clear",
      example: ["pseudonym(user.email).size()", "22"],
    },
    {
      name: "split",
      form: "string.split(string)",
      gives: "list<string>",
      says: 'The pieces between a separator; every character for `""`.',
      example: ['"a:b:".split(":")', '["a","b",""]'],
    },
    {
      name: "bracketList",
      form: "bracketList(string)",
      gives: "list<string>",
      says: "The items of `[a, b]`, as identity providers map several SAML values into one attribute. Text without brackets is one item, blank text none. An item that holds a comma itself cannot be told from two.",
      unknown: "only one of the brackets is there, or an item is empty",
      example: ['bracketList("[admin, user]")', '["admin","user"]'],
    },
  ],
};

const lists: EntryGroup = {
  title: "Lists, maps and rows",
  entries: [
    {
      name: "size",
      form: "size(x)",
      gives: "int",
      says: "Characters of a text, items of a list, entries of a map, rows of a query. Also `x.size()`.",
      example: ["size(memberships)", "2"],
    },
    {
      name: "join",
      form: "list<string>.join(string)",
      gives: "string",
      says: "The items with a separator between them.",
      unknown: "an item is empty or holds the separator, or the separator is empty: it could not be taken apart again",
      example: ['staff.wards.join(",")', '"icu,er"'],
    },
    {
      name: "take",
      form: "take(list<T>, 3)",
      gives: "list<T>",
      says: "The first items, as many as are written out.",
      example: ["take(staff.wards, 1)", '["icu"]'],
    },
    {
      name: "sort",
      form: "sort(list<T>)",
      gives: "list<T>",
      says: "Scalars in the order of `<`.",
      unknown: "a double is not a number",
      example: ["sort(staff.wards)", '["er","icu"]'],
    },
    {
      name: "distinct",
      form: "distinct(list<T>)",
      gives: "list<T>",
      says: "Each item once, where it first stood.",
      example: ["distinct([2, 1, 2])", "[2,1]"],
    },
    {
      name: "flatten",
      form: "flatten(list<list<T>>)",
      gives: "list<T>",
      says: "The items of all the lists, one after the other.",
      example: ["flatten(memberships.map(m, m.roles))", '["admin","user","user"]'],
    },
  ],
};

const condition = "The condition's reads count like the list's.";

const macros: EntryGroup = {
  title: "Macros",
  entries: [
    {
      name: "all",
      form: "l.all(e, bool)",
      gives: "bool",
      says: "Whether the condition holds for every item of a list, key of a map, row of a query. One that is false settles it, whatever is unknown of the others.",
      classAndTrust: condition,
      example: ['staff.wards.all(w, w != "morgue")', "true"],
    },
    {
      name: "exists",
      form: "l.exists(e, bool)",
      gives: "bool",
      says: "Whether it holds for any. One that is true settles it.",
      classAndTrust: condition,
      example: ['memberships.exists(m, m.org == "acme" && "admin" in m.roles)', "true"],
    },
    {
      name: "exists_one",
      form: "l.exists_one(e, bool)",
      gives: "bool",
      says: "Whether it holds for one alone.",
      unknown: "it is unknown for any",
      classAndTrust: condition,
      example: ['memberships.exists_one(m, "user" in m.roles)', "false"],
    },
    {
      name: "filter",
      form: "l.filter(e, bool)",
      gives: "list<T>, or rows",
      says: "The items, keys or rows it holds for.",
      unknown: "it is unknown for any",
      classAndTrust: condition,
      example: ['staff.wards.filter(w, w.startsWith("i"))', '["icu"]'],
    },
    {
      name: "map",
      form: "l.map(e, value), l.map(e, bool, value)",
      gives: "list<T>",
      says: "A value for each, or for each the condition holds for.",
      unknown: "either is unknown for any",
      classAndTrust: condition,
      example: ["memberships.map(m, has(m.roles), m.org)", '["acme","umbrella"]'],
    },
    {
      name: "bind",
      form: "cel.bind(name, x, value)",
      gives: "the type of the value",
      says: "A value in which a name stands for `x`.",
      example: ['cel.bind(d, domain(user.email), d + "/" + d)', '"example.com/example.com"'],
    },
  ],
};

const conversions: EntryGroup = {
  title: "Conversions and time",
  entries: [
    {
      name: "string",
      form: "string(x)",
      gives: "string",
      says: "A scalar as text; a timestamp by RFC 3339, in UTC.",
      unknown: "a double is infinite or not a number",
      example: ["string(now)", '"2026-11-23T10:00:00Z"'],
    },
    {
      name: "int",
      form: "int(x)",
      gives: "int",
      says: "A text of digits; a double without its fraction; a timestamp in whole seconds.",
      unknown: "there is no such int",
      example: ['int("42")', "42"],
    },
    {
      name: "double",
      form: "double(x)",
      gives: "double",
      says: "An int or a decimal text.",
      unknown: "the text is none",
      example: ['double("1.5")', "1.5"],
    },
    {
      name: "bool",
      form: "bool(x)",
      gives: "bool",
      says: "`true`, `True`, `TRUE`, `t`, `1` and their opposites.",
      unknown: "it is any other text",
      example: ['bool("yes")', "unknown"],
    },
    {
      name: "timestamp",
      form: "timestamp(x)",
      gives: "timestamp",
      says: "RFC 3339 text, or seconds; in a token, seconds again.",
      unknown: "there is no such moment in the years 1 to 9999",
      example: ['timestamp("2026-11-23T10:00:00Z")', "1795428000"],
    },
    {
      name: "age",
      form: "age(timestamp), age(string)",
      gives: "int",
      says: "Whole years from a day, `YYYY-MM-DD`, to `now`, both in UTC. Born on 29 February is a year older on 1 March of other years.",
      unknown: "it is no day, or none yet",
      example: ['age("2000-11-24")', "25"],
    },
    {
      name: "json",
      form: "json(x)",
      gives: "string",
      says: "The text that a token would carry the value as, for what takes text alone.",
      unknown: "no token can carry it",
      example: ["json(staff.address)", '"{\\"city\\":\\"Bonn\\"}"'],
    },
  ],
};

/** Everything an expression may call, in the order of the page. */
export const FUNCTION_GROUPS: readonly EntryGroup[] = [presence, text, lists, macros, conversions];
