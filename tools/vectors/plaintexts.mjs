// Plaintexts that are encrypted soundly and must be refused all the same, whatever the mode.
import { CLAIMS, padded, SEALED_AT, SUB, TOKEN } from "./bytes.mjs";

const deep = (levels) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/**
 * @param base What binds an envelope in this mode: the members before its claims.
 * @returns name, code, the bytes, and what the reader's token has instead of `TOKEN`.
 */
export function badPlaintexts(base) {
  const json = (extra, changes = {}) => JSON.stringify({ ...base, ...changes, ...extra });
  const good = json(CLAIMS);
  const open = good.slice(0, -1);
  const without = (name) => JSON.stringify({ ...base, [name]: undefined, ...CLAIMS });
  const filledWith = (fill) => Buffer.concat([Buffer.from(good), Buffer.alloc(192 - (good.length % 64), fill)]);
  const malformed = (name, bytes, token) => ({ name, code: "SEALED_MALFORMED", bytes: Buffer.from(bytes), token });
  const unbound = (name, bytes, token) => ({ name, code: "SEALED_BINDING", bytes: Buffer.from(bytes), token });

  const cases = [
    malformed("no JSON", padded("licence_no=DE-48213377")),
    malformed("JSON that is cut off", padded(open)),
    malformed("a list", padded(`[${good}]`)),
    malformed("a text", padded(JSON.stringify(good))),
    malformed("a number", padded("1763805600")),
    malformed("null", padded("null")),
    malformed("true", padded("true")),
    malformed("spaces alone", padded(" ")),
    malformed("two objects", padded(`${good}${good}`)),
    malformed("a comma too many", padded(`${open},}`)),
    malformed("a comment", padded(`${good}/* sealed */`)),
    malformed("single quotes", padded(good.replaceAll('"', "'"))),
    malformed("a number that is not JSON's: NaN", padded(`${open},"n":NaN}`)),
    malformed("a number that is not JSON's: Infinity", padded(`${open},"n":Infinity}`)),
    malformed("a number with a leading zero", padded(`${open},"n":007}`)),
    malformed("a line break inside a text", padded(`${open},"n":"a\nb"}`)),
    malformed("a byte order mark", padded(`\ufeff${good}`)),
    malformed("UTF-16", Buffer.from(good, "utf16le")),
    malformed("Latin-1", padded(Buffer.from(json({ n: "ü" }), "latin1"))),
    malformed("a surrogate written as UTF-8", padded(Buffer.from(`${open},"n":"\xed\xa0\x80"}`, "latin1"))),
    malformed("a character written longer than it is", padded(Buffer.from(`${open},"n":"\xc0\xaf"}`, "latin1"))),
    malformed("padding with zeros", filledWith(0)),
    malformed("padding with its own length", filledWith(192 - (good.length % 64))),
    malformed("padding with no-break spaces", Buffer.concat([Buffer.from(good), Buffer.from("\u00a0".repeat(16))])),
    malformed("padding with form feeds", filledWith(0x0c)),
    malformed("a claim named twice", padded(`${open},"a":1,"a":1}`)),
    malformed("a claim spelt in two ways", padded(`${open},"a":1,"\\u0061":2}`)),
    malformed("an iat named twice", padded(`${open},"iat":${SEALED_AT}}`)),
    malformed("a member named twice below", padded(`${open},"n":[{"m":{"a":1,"a":2}}]}`)),
    malformed("__proto__ named twice", padded(`${open},"__proto__":1,"__proto__":2}`)),
    malformed("a nesting of 34", padded(`${open},"n":${deep(33)}}`)),
    malformed("a nesting of 1,000", padded(`${open},"n":${deep(999)}}`)),
    ...["exp", "nbf", "iss", "jti"].map((name) =>
      malformed(`a claim ${name}`, padded(json({ [name]: "1", ...CLAIMS }))),
    ),
    malformed("a client_id, for a reader that knows no client", padded(json({ client_id: "4mk2clinicweb" }))),
    ...(base.aud === undefined
      ? ["aud", "pool"].map((name) => malformed(`a claim ${name}`, padded(json({ [name]: "care-api" }))))
      : []),

    unbound("an empty object", padded("{}")),
    unbound("no iat", padded(without("iat"))),
    unbound("an iat that is a text", padded(json(CLAIMS, { iat: `${SEALED_AT}` }))),
    unbound("an iat that is null", padded(json(CLAIMS, { iat: null }))),
    unbound("an iat that is a list", padded(json(CLAIMS, { iat: [SEALED_AT] }))),
    unbound("an iat with a fraction", padded(json(CLAIMS, { iat: SEALED_AT + 0.5 }))),
    unbound("an iat in milliseconds", padded(json(CLAIMS, { iat: SEALED_AT * 1000 }))),
    unbound("an iat beyond whole numbers", padded(json(CLAIMS, { iat: 2 ** 60 }))),
    unbound("an iat of 1970", padded(json(CLAIMS, { iat: 0 }))),
    unbound("a negative iat", padded(json(CLAIMS, { iat: -SEALED_AT }))),
    unbound("a client_id that is another's", padded(json({ client_id: "5billingweb" })), { clientId: "4mk2clinicweb" }),
    unbound("a client_id that is a list", padded(json({ client_id: ["4mk2clinicweb"] })), {
      clientId: "4mk2clinicweb",
    }),
    unbound("a client_id that is null", padded(json({ client_id: null })), { clientId: "4mk2clinicweb" }),
    unbound("no client_id where it is bound", padded(good), { clientId: "4mk2clinicweb", bindClient: true }),
    unbound("a sub that is another's", padded(json(CLAIMS, { sub: "someone else" }))),
    unbound("a sub that is a number", padded(json(CLAIMS, { sub: 7 }))),
    unbound("a sub that is a list", padded(json(CLAIMS, { sub: [SUB] }))),
    unbound("a sub that is null", padded(json(CLAIMS, { sub: null }))),
  ];
  return cases.map(({ token: { bindClient, ...known } = {}, ...rest }) => ({
    ...rest,
    reader: { token: { ...TOKEN, ...known }, ...(bindClient && { bindClient }) },
  }));
}

/** Tokens that another envelope was made for, and how a reader's window may be narrower or wider. */
export const otherTokens = [
  ["a token issued 61 seconds before", { token: { sub: SUB, iat: SEALED_AT - 61 } }],
  ["a token issued 601 seconds after", { token: { sub: SUB, iat: SEALED_AT + 601 } }],
  ["the token of the next refresh, an hour later", { token: { sub: SUB, iat: SEALED_AT + 3600 } }],
  ["a token issued a second after, where none may be", { token: TOKEN, iatWindow: { min: 0, max: 0 } }],
  [
    "a token issued 31 seconds before, where 30 may be",
    { token: { sub: SUB, iat: SEALED_AT - 31 }, iatWindow: { min: -30, max: 900 } },
  ],
];

/** Tokens of other subjects. */
export const otherSubjects = [
  ["another subject's token", { token: { ...TOKEN, sub: "0f4c9a72-5c1e-4b7d-9a55-3a4f3f1de111" } }],
  ["a subject in other case", { token: { ...TOKEN, sub: SUB.toUpperCase() } }],
  ["a subject with a space behind", { token: { ...TOKEN, sub: `${SUB} ` } }],
  ["a subject without its last character", { token: { ...TOKEN, sub: SUB.slice(0, -1) } }],
  ["a token without a subject", { token: { ...TOKEN, sub: "" } }],
];

/** Claims that must come through as they are, beyond those of `open.json`. */
export const goodClaims = [
  ["one text claim", CLAIMS],
  ["three claims of 24 bytes", { licence_no: "D".repeat(24), legal_name: "A".repeat(24), blood_type: "0".repeat(24) }],
  ["no claims at all", {}],
  ["claims without values", { licence_no: null, legal_name: null }],
  ["text beyond ASCII", { legal_name: "Zoë Łukasiewicz 漢字 👩‍⚕️", naïve: "e\u0301" }],
  ["text that looks like the format", { note: '1~a~b.c..d"}\\u0022 \u2028\u0000\u007f' }],
  ["numbers at their limits", { a: 9007199254740991, b: -9007199254740991, c: 1e-7, d: 1.5e300, e: 0 }],
  ["names that objects have", JSON.parse('{"__proto__":1,"constructor":"x","toString":null,"":"no name"}')],
  ["names of other claims", { username: "u1", scope: "care-api/chart.read", "cognito:groups": ["a"], cmv: "x@1" }],
  ["a nesting of 33", { n: JSON.parse(`${deep(32)}`) }],
];
