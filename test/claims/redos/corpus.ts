/** A pattern that a backtracking engine can be made to spend its life on, and the text that does it. */
export type Hostile = {
  /** What it was meant for, or the shape that makes it hostile. */
  readonly name: string;
  readonly pattern: string;
  /** A text of exactly `length` characters. */
  readonly attack: (length: number) => string;
  /** Why the check refuses it, where it does. */
  readonly refused?: RegExp;
};

/** `head`, `pump` as often as it fits, `tail`: how attack strings are made (evil regex, pump, suffix). */
function pumped(head: string, pump: string, tail: string): (length: number) => string {
  return (length) => {
    const room = Math.max(0, length - head.length - tail.length);
    const middle = pump.repeat(Math.ceil(room / pump.length)).slice(0, room);
    return `${head}${middle}${tail}`.slice(0, length);
  };
}

const hostile = (name: string, pattern: string, head: string, pump: string, tail: string): Hostile => ({
  name,
  pattern,
  attack: pumped(head, pump, tail),
});

/** The shapes of the literature: why a backtracking engine has more than one way through the same text. */
const SHAPES: readonly Hostile[] = [
  hostile("a repetition in a repetition", "^(a+)+$", "", "a", "!"),
  hostile("a star in a star", "^(a*)*$", "", "a", "!"),
  hostile("a star in a plus, captured twice", "^((a*)+)$", "", "a", "!"),
  hostile("three repetitions deep", "^(((a+)+)+)$", "", "a", "!"),
  hostile("repeated optionals", "^(a?a?)+$", "", "a", "!"),
  hostile("an alternation of the same", "^(a|a)*$", "", "a", "!"),
  hostile("an alternation where one begins another", "^(a|aa)+$", "", "a", "!"),
  hostile("an alternation of overlapping classes", "^([a-z]|\\w)+$", "", "a", "!"),
  hostile("an alternation of a class and the dot", "^(\\d|.)*;$", "", "1", "!"),
  hostile("a repeated group with an optional separator", "^(\\w+\\s?)*$", "", "aa ", "!"),
  hostile("lazy repetition in a repetition", "^(a+?)+?$", "", "a", "!"),
  hostile("a repetition counted from below", "^(a{2,})+$", "", "a", "!"),
  hostile("many optionals before as many letters", "^(?:a?){60}a{60}b$", "", "a", ""),
  hostile("neighbours of one class", "^\\d+\\d+\\d+\\d+$", "", "1", "x"),
  hostile("two dots searched for an end that is not there", ".*.*=.*!$", "", "=", ""),
  hostile("spaces at the end", "\\s+$", "", " ", "x"),
  hostile("spaces around a comma", "\\s*,\\s*;", "", " ", "x"),
  hostile("a search that begins anywhere", "(?:a+)+b", "", "a", "c"),
  hostile("an empty repetition", "^(?:(?:)*)*x$", "", "a", ""),
  hostile("a state for every window", "^[ab]*a[ab]{60}c$", "", "ab", ""),
];

/** What people write, and attackers found: the weak spots of published advisories, in patterns of our own. */
const WILD: readonly Hostile[] = [
  hostile(
    "e-mail: a local part in dotted pieces",
    "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*@[a-z]+\\.[a-z]+$",
    "",
    "a",
    "!",
  ),
  hostile("e-mail: a domain in labels", "^\\w+@(\\w+\\.?)+\\w{2,}$", "a@", "a", "!"),
  hostile("e-mail: anything, at, anything", "^(.+)@(.+)\\.(.+)$", "", "@", "\n"),
  hostile("URL: a host in optional dots", "^https?://([\\w-]+\\.?)+(/[\\w./-]*)*$", "http://", "a", "!"),
  hostile("URL: a path of optional slashes", "^(/?\\w+)*/?$", "", "/aa", "!"),
  hostile("URL: a query of pairs", "^\\?(\\w+=?\\w*&?)+$", "?", "a", "!"),
  hostile("semantic version: a range with spaces", "^\\s*v?\\s*(\\d+)\\s*(\\.\\s*\\d+)*\\s*$", "1", " ", "x"),
  hostile(
    "semantic version: identifiers and numbers",
    "^\\d+(?:\\.\\d+)*(?:-(?:[0-9A-Za-z-]+\\.?)+)?$",
    "1-",
    "a",
    "!",
  ),
  hostile("cookie: a value between spaces", "^\\s*([^=;]+?)\\s*=\\s*(.*?)\\s*;$", "a=", " ", "x"),
  hostile("cookie: attributes after semicolons", "^(?:[^;]+;?\\s*)+$", "", "a", ";;"),
  hostile("user agent: words, slash, version", "(\\w+\\s*)+/(\\d+\\.?)+$", "", "a", "!"),
  hostile("accept: quality values", "^(?:[^,;]+(?:;q=[0-9.]+)?,?\\s*)+$", "", "a", ",;"),
  hostile("content type: parameters", '^\\w+/\\w+(?:;?\\s*\\w+=?"?\\w*"?\\s*)*$', "a/b;", "a", "!"),
  hostile("authorization: scheme and pairs", "^\\s*\\w+\\s+(?:\\w+=?\\w*,?\\s*)+$", "a ", "a", '"'),
  hostile("forwarded: addresses with optional commas", "^(?:[\\d.]+,?\\s*)+$", "", "1", "x"),
  hostile("duration: number, unit, spaces", "^(?:(\\d+\\.?\\d*)\\s*(h|m|s)?\\s*)+$", "", "1", "x"),
  hostile("number: groups of digits", "^(\\d+,?)+(\\.\\d+)?$", "", "1", "x"),
  hostile("date: parts with optional signs", "^(?:\\d+[-/.]?)+T$", "", "1", "x"),
  hostile("markdown: emphasis in emphasis", "^(\\*+[^*]*\\*+)+$", "", "*", "x"),
  hostile("markdown: a link's brackets", "(?:\\[[^\\]]*\\]?)*\\)$", "", "[", "x"),
  hostile("HTML: attributes of a tag", '<(?:\\w+(?:\\s*=?\\s*"?[^">]*"?)?\\s*)*/>', "<", "a ", "\n"),
  hostile("HTML: comments", "<!--(?:-?[^-]*)*-->", "<!--", "a", "-x"),
  hostile("CSS: a colour's arguments", "^rgba?\\((?:\\s*\\d*\\.?\\d+%?\\s*,?)+\\)$", "rgb(", "1", "x"),
  hostile("template: braces", "\\{\\{(?:\\s*[\\w.]+\\s*)*\\}\\}", "{{", "a", "}x"),
  hostile("path: dots and slashes", "^(?:\\.{0,2}/?[\\w-]*/?)*\\.js$", "", "/", "x"),
  hostile("log line: words and spaces", "^(?:(?:\\S+\\s*)+\\s*)+:$", "", "a", " "),
  hostile("base64: groups with optional padding", "^(?:[A-Za-z0-9+/]{2,4}=?)+=$", "", "A", "!"),
  hostile("identifier: camel case", "^(?:[a-z]+|[A-Z]?[a-z0-9]*)+$", "", "a", "!"),
];

/** What a linear engine does not have, or has not the room for: these never reach a sign-in. */
const REFUSED: readonly Hostile[] = [
  {
    ...hostile("a password by looking ahead", "^(?=.*\\d)(?=.*[a-z])(.+)+$", "", "a", "!"),
    refused: /looking ahead or behind/,
  },
  { ...hostile("looking behind", "(?<=a+)b", "", "a", "!"), refused: /looking ahead or behind/ },
  {
    ...hostile("an atom by looking ahead and back", "^(?=(a+))\\1+$", "", "a", "!"),
    refused: /looking ahead or behind/,
  },
  { ...hostile("quotes by a reference", "^(a+)+\\1$", "", "a", "!"), refused: /referring back to a group/ },
  { ...hostile("a named reference", "^(?<x>a+)+\\k<x>$", "", "a", "!"), refused: /referring back to a group/ },
  { ...hostile("counts in counts", "^(?:(?:a{1,40}){1,40}){1,40}$", "", "a", "!"), refused: /invalid repeat count/ },
  {
    ...hostile("counts side by side", "^(?:a{0,900}|a{0,901})b$", "", "a", "!"),
    refused: /counted repetitions come to \d+ steps/,
  },
  {
    ...hostile("a list too long to read", `^(?:${"a|".repeat(130)}a)+$`, "", "a", "!"),
    refused: /at most 256 characters/,
  },
];

export const CORPUS: readonly Hostile[] = [...SHAPES, ...WILD, ...REFUSED];
