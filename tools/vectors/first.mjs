// The first vectors, all in mode `envelope`: `open.json` and `refuse.json`, frozen as they are.
import { b64, CLAIMS, cut, encrypt, flipped, padded, respelt, SEALED_AT, SUB, seeded, TOKEN } from "./bytes.mjs";
import { billing, care, careLater, dataKeys, joined, otherPool, partsOf } from "./envelope-parts.mjs";

const plain = (claims, { sub = SUB, iat = SEALED_AT } = {}) => JSON.stringify({ sub, iat, ...claims });

// --- Envelopes that open -------------------------------------------------------------------------------------------

function opens(name, claims, { padTo = null, token = TOKEN, from = care, binding = {} } = {}) {
  const parts = partsOf(name, padded(plain(claims, binding), padTo), { from });
  return {
    name,
    dataKey: dataKeys.indexOf(from),
    contentKey: b64(parts.contentKey),
    iv: parts.iv,
    padTo,
    sealed: { sub: binding.sub ?? SUB, iat: binding.iat ?? SEALED_AT },
    claims,
    token,
    value: joined(parts),
  };
}

/** A claim that makes the plaintext exactly `bytes` long. */
const filling = (bytes) => ({ note: "n".repeat(bytes - Buffer.byteLength(plain({ note: "" }))) });

export const firstOpen = [
  opens("one text claim", { licence_no: "DE-48213377" }),
  opens("several claims, one without a value", { legal_name: "Anna Testmann", licence_no: null, blood_type: "0+" }),
  opens("no claims at all", {}),
  opens("every kind of JSON value", {
    text: 'with "quotes", \\ and \u0007',
    number: -12.5,
    large: 9007199254740991,
    yes: true,
    no: false,
    list: ["a", 1, null],
    nested: { street: "Hauptstraße 1", tags: [] },
  }),
  opens("text beyond ASCII", { legal_name: "Zoë Łukasiewicz 漢字 👩‍⚕️", combining: "e\u0301" }),
  opens("names with punctuation", { "https://acme.example/tenant": "t1", "custom:employer": "ACME", constructor: "x" }),
  opens("padded to a declared maximum", { blood_type: "A-" }, { padTo: 512 }),
  opens("a plaintext that fills its step exactly", filling(128)),
  opens("a plaintext one byte over a step", filling(129)),
  opens("the largest plaintext", filling(4096)),
  opens(
    "a machine, whose sub is its client id",
    { account: "A-7781" },
    { binding: { sub: "5mchnclientid8j2" }, token: { sub: "5mchnclientid8j2", iat: SEALED_AT } },
  ),
  opens("the earliest token iat that is taken", { a: 1 }, { token: { sub: SUB, iat: SEALED_AT - 60 } }),
  opens("the latest token iat that is taken", { a: 1 }, { token: { sub: SUB, iat: SEALED_AT + 600 } }),
  opens("another resource server", { invoice_name: "ACME GmbH" }, { from: billing }),
  opens("another user pool", { legal_name: "Anna Testmann" }, { from: otherPool }),
];

// --- Envelopes that do not -----------------------------------------------------------------------------------------

const good = partsOf("the good one", padded(plain(CLAIMS)));
const second = partsOf("another good one", padded(plain({ licence_no: "DE-00000001" })));

const refuses = (name, code, value, { token = TOKEN, context = care.context } = {}) => ({
  name,
  code,
  context,
  token,
  value: typeof value === "string" ? value : joined({ ...good, ...value }),
});
const malformed = (name, value) => refuses(name, "SEALED_MALFORMED", value);
const broken = (name, value, reader) => refuses(name, "SEALED_INTEGRITY", value, reader);
const unbound = (name, value, reader) => refuses(name, "SEALED_BINDING", value, reader);

/** An envelope whose cryptography is sound and whose header or plaintext is not what the format says. */
const headed = (header) => joined(partsOf(`header ${header}`, padded(plain(CLAIMS)), { header }));
const holding = (text) => joined(partsOf(`plaintext ${b64(Buffer.from(text))}`, padded(text)));
const oversized = partsOf("oversized", Buffer.concat([Buffer.from(plain({})), Buffer.alloc(4200, " ")]));

const direct = (() => {
  const header = '{"alg":"dir","enc":"A256GCM"}';
  const iv = seeded("dir/iv", 12);
  return {
    header: b64(Buffer.from(header)),
    encryptedKey: "",
    ...encrypt(care.key, iv, b64(Buffer.from(header)), padded(plain(CLAIMS))),
  };
})();

export const firstRefuse = [
  malformed("nothing", ""),
  malformed("a JWE alone", joined(good).slice(joined(good).lastIndexOf("~") + 1)),
  malformed("another version", { version: "2" }),
  malformed("no version", joined(good).slice(2)),
  malformed("a part too many", `${joined(good)}~`),
  malformed("a space in front", ` ${joined(good)}`),
  malformed("a line break behind", `${joined(good)}\n`),
  malformed("no data key", { edk: "" }),
  malformed("a data key with padding characters", { edk: `${good.edk}==` }),
  malformed("a data key in the other alphabet", { edk: `+${good.edk.slice(1)}` }),
  malformed("a data key with bits to spare set", { edk: respelt(good.edk) }),
  malformed("a data key that is too short", { edk: cut(good.edk, 74) }),
  malformed("a data key that is too long", { edk: b64(Buffer.concat([care.wrapped, Buffer.alloc(300)])) }),
  malformed("a JWE of four parts", joined(good).slice(0, joined(good).lastIndexOf("."))),
  malformed("a JWE of six parts", `${joined(good)}.${good.tag}`),
  malformed(
    "a JWE in its JSON form",
    `1~${good.edk}~${JSON.stringify({ protected: good.header, ciphertext: good.ciphertext })}`,
  ),
  malformed("the data key as content key (dir)", { ...direct }),
  malformed("dir with an encrypted key left in place", { ...direct, encryptedKey: good.encryptedKey }),
  malformed("a compressed plaintext (zip)", headed('{"alg":"A256KW","enc":"A256GCM","zip":"DEF"}')),
  malformed("a critical extension", headed('{"alg":"A256KW","enc":"A256GCM","crit":["exp"],"exp":0}')),
  malformed("a key id", headed('{"alg":"A256KW","enc":"A256GCM","kid":"k1"}')),
  malformed("a key reference", headed('{"alg":"A256KW","enc":"A256GCM","jku":"https://keys.example/jwks"}')),
  malformed("members in another order", headed('{"enc":"A256GCM","alg":"A256KW"}')),
  malformed("white space in the header", headed('{"alg": "A256KW", "enc": "A256GCM"}')),
  malformed("an algorithm named twice", headed('{"alg":"A256KW","alg":"A256KW","enc":"A256GCM"}')),
  malformed("a shorter key wrap", headed('{"alg":"A128KW","enc":"A256GCM"}')),
  malformed("key wrap by GCM", headed('{"alg":"A256GCMKW","enc":"A256GCM"}')),
  malformed("an RSA algorithm", headed('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')),
  malformed("a password algorithm", headed('{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647}')),
  malformed("a shorter cipher", headed('{"alg":"A256KW","enc":"A128GCM"}')),
  malformed("a CBC cipher", headed('{"alg":"A256KW","enc":"A256CBC-HS512"}')),
  malformed("an algorithm in lower case", headed('{"alg":"a256kw","enc":"A256GCM"}')),
  malformed("an encrypted key that is too short", { encryptedKey: cut(good.encryptedKey, 39) }),
  malformed("no encrypted key", { encryptedKey: "" }),
  malformed("an initialization vector of 8 bytes", { iv: cut(good.iv, 8) }),
  malformed("an initialization vector of 16 bytes", { iv: b64(seeded("long iv", 16)) }),
  malformed("no ciphertext", { ciphertext: "" }),
  malformed("a ciphertext of more than 4,096 bytes", joined(oversized)),
  malformed("a value of 10,000 characters", `1~${"A".repeat(10_000)}`),
  malformed("a tag of 4 bytes", { tag: cut(good.tag, 4) }),
  malformed("a tag of 12 bytes", { tag: cut(good.tag, 12) }),
  malformed("a tag of 15 bytes", { tag: cut(good.tag, 15) }),
  malformed("a tag with bits to spare set", { tag: respelt(good.tag) }),
  malformed("an encrypted key with bits to spare set", { encryptedKey: respelt(good.encryptedKey) }),
  malformed("encrypted key and ciphertext swapped", { encryptedKey: good.ciphertext, ciphertext: good.encryptedKey }),
  malformed("initialization vector and tag swapped", { iv: good.tag, tag: good.iv }),

  broken("a flipped tag", { tag: flipped(good.tag, 15) }),
  broken("a flipped ciphertext", { ciphertext: flipped(good.ciphertext, 40) }),
  broken("a ciphertext cut short", { ciphertext: cut(good.ciphertext, 63) }),
  broken("a flipped initialization vector", { iv: flipped(good.iv, 0) }),
  broken("a flipped encrypted key", { encryptedKey: flipped(good.encryptedKey, 20) }),
  broken("the encrypted key of another envelope", { encryptedKey: second.encryptedKey }),
  broken("the initialization vector of another envelope", { iv: second.iv }),
  broken("the ciphertext of another envelope", { ciphertext: second.ciphertext }),
  broken("the tag of another envelope", { tag: second.tag }),
  broken("ciphertext, vector and tag of another envelope", {
    iv: second.iv,
    ciphertext: second.ciphertext,
    tag: second.tag,
  }),
  broken("the data key of another hour", { edk: b64(careLater.wrapped) }),
  broken("a data key nobody made", { edk: b64(seeded("nobody's blob", 184)) }),
  broken("a data key with one bit turned", { edk: flipped(good.edk, 100) }),
  broken("another resource server's reader", joined(good), { context: billing.context }),
  broken("another user pool's reader", joined(good), { context: otherPool.context }),

  malformed("a plaintext that is not JSON", holding("licence_no=DE-48213377")),
  malformed("a plaintext that is a list", holding(`[${plain(CLAIMS)}]`)),
  malformed("a plaintext that is a text", holding(JSON.stringify(plain(CLAIMS)))),
  malformed("a plaintext that is null", holding("null")),
  malformed("a plaintext of spaces", holding(" ")),
  malformed("two JSON objects", holding(`${plain(CLAIMS)}${plain(CLAIMS)}`)),
  malformed("a byte order mark", holding(`\ufeff${plain(CLAIMS)}`)),
  malformed(
    "a plaintext that is not UTF-8",
    joined(partsOf("latin1", padded(Buffer.from(plain({ n: "ü" }), "latin1")))),
  ),
  malformed(
    "padding with zeros",
    joined(partsOf("zeros", Buffer.concat([Buffer.from(plain(CLAIMS)), Buffer.alloc(30)]))),
  ),
  malformed("a claim named twice", holding(`{"sub":"${SUB}","iat":${SEALED_AT},"a":1,"a":2}`)),
  malformed("a sub named twice", holding(`{"sub":"someone else","iat":${SEALED_AT},"sub":"${SUB}"}`)),
  malformed("a name written in two ways", holding(`{"sub":"${SUB}","iat":${SEALED_AT},"a":1,"\\u0061":2}`)),
  malformed("a nested member named twice", holding(`{"sub":"${SUB}","iat":${SEALED_AT},"n":[{"a":1,"a":2}]}`)),
  malformed(
    "values nested beyond reason",
    holding(`{"sub":"${SUB}","iat":${SEALED_AT},"n":${"[".repeat(40)}${"]".repeat(40)}}`),
  ),
  malformed("a reserved member: exp", holding(plain({ exp: SEALED_AT + 3600 }))),
  malformed("a reserved member: aud", holding(plain({ aud: "care-api" }))),
  malformed("a reserved member: client_id", holding(plain({ client_id: "4mk2clinicweb" }))),

  unbound("another subject's token", joined(good), {
    token: { ...TOKEN, sub: "0f4c9a72-5c1e-4b7d-9a55-3a4f3f1de111" },
  }),
  unbound("a subject that differs in case", joined(good), { token: { ...TOKEN, sub: SUB.toUpperCase() } }),
  unbound("a token issued a second too early", joined(good), { token: { sub: SUB, iat: SEALED_AT - 61 } }),
  unbound("a token issued a second too late", joined(good), { token: { sub: SUB, iat: SEALED_AT + 601 } }),
  unbound("no sub", holding(JSON.stringify({ iat: SEALED_AT, ...CLAIMS }))),
  unbound("a sub that is a number", holding(plain(CLAIMS, { sub: 7 })), { token: { ...TOKEN, sub: "7" } }),
  unbound("no iat", holding(JSON.stringify({ sub: SUB, ...CLAIMS }))),
  unbound("an iat that is a text", holding(plain(CLAIMS, { iat: String(SEALED_AT) }))),
  unbound("an iat with a fraction", holding(plain(CLAIMS, { iat: SEALED_AT + 0.5 }))),
  unbound("an empty object", holding("{}")),
];
