// Vectors in mode `asymmetric`.
import {
  base,
  CLIENT,
  concatKdf,
  coordinate,
  epkOf,
  headerOf,
  joined,
  keyPair,
  keys,
  kidOf,
  next,
  number,
  P,
  PLACE,
  partsOf,
  reader,
  secretOf,
  stranger,
} from "./asymmetric-parts.mjs";
import {
  AUDIENCE,
  b64,
  CLAIMS,
  cut,
  each,
  flipped,
  POOL,
  padded,
  respelt,
  SEALED_AT,
  SUB,
  seeded,
  spaced,
  TOKEN,
  wrapKey,
} from "./bytes.mjs";
import { badPlaintexts, goodClaims, otherSubjects, otherTokens } from "./plaintexts.mjs";

// --- Envelopes that open -------------------------------------------------------------------------------------------

function opens(
  name,
  claims,
  { seed = name, padTo = null, to = 0, mayUse = [0], sealed = {}, token = {}, place = PLACE, ...rest } = {},
) {
  const binding = { sub: SUB, iat: SEALED_AT, ...sealed };
  const { sub, iat, clientId } = binding;
  const plaintext = JSON.stringify({
    sub,
    iat,
    aud: place.audience,
    pool: place.poolId,
    client_id: clientId,
    ...claims,
  });
  const parts = partsOf(`open/${seed}`, padded(plaintext, padTo), { to: keys[to].jwk });
  return {
    name,
    key: to,
    ephemeral: parts.ephemeral.d,
    iv: parts.iv,
    padTo,
    sealed: binding,
    claims,
    place,
    keys: mayUse,
    token: { ...TOKEN, sub, ...token },
    ...rest,
    value: joined(parts),
  };
}

const fill = (bytes) => ({ note: "n".repeat(bytes - JSON.stringify({ ...base, note: "" }).length) });

/** Where a number begins with a zero byte, which belongs to it: the first seed of a search. */
function seedWhere(holds) {
  for (let count = 0; ; count += 1)
    if (holds(keyPair(`ephemeral/open/zero ${count}`))) return { seed: `zero ${count}` };
}

export const asymmetricOpen = [
  ...goodClaims.map(([name, claims]) => opens(name, claims)),
  opens("the largest plaintext", fill(4096)),
  opens("a plaintext that fills its step exactly", fill(192)),
  opens("a plaintext one byte over a step", fill(193)),
  opens("padded to a declared maximum", CLAIMS, { padTo: 512 }),
  opens("the key before, while both are listed", CLAIMS, { mayUse: [1, 0] }),
  opens("the key after, while both are listed", CLAIMS, { to: 1, mayUse: [0, 1] }),
  opens("bound to its client", CLAIMS, { sealed: { clientId: CLIENT }, token: { clientId: CLIENT }, bindClient: true }),
  opens("names no client, and need not", CLAIMS, { token: { clientId: CLIENT } }),
  opens("another resource server", CLAIMS, { to: 2, mayUse: [2], place: { ...PLACE, audience: "billing-api" } }),
  opens("the earliest token iat that is taken", CLAIMS, { token: { iat: SEALED_AT - 60 } }),
  opens("the latest token iat that is taken", CLAIMS, { token: { iat: SEALED_AT + 600 } }),
  opens(
    "a secret with a zero in front",
    CLAIMS,
    seedWhere((ephemeral) => secretOf(ephemeral, reader)[0] === 0),
  ),
  opens(
    "an x with a zero in front",
    CLAIMS,
    seedWhere(({ x }) => Buffer.from(x, "base64url")[0] === 0),
  ),
  opens(
    "a y with a zero in front",
    CLAIMS,
    seedWhere(({ y }) => Buffer.from(y, "base64url")[0] === 0),
  ),
];

// --- Envelopes that do not -----------------------------------------------------------------------------------------

const plaintext = padded(JSON.stringify({ ...base, ...CLAIMS }));
const good = partsOf("good", plaintext);
const second = partsOf("second", padded(JSON.stringify({ ...base, licence_no: "DE-00000001" })));
const goodHeader = Buffer.from(good.header, "base64url").toString();

const refuses =
  (code) =>
  (changed, name, value, { token = TOKEN, place = PLACE, mayUse = [0], ...rest } = {}) => ({
    name,
    changed,
    code,
    place,
    keys: mayUse,
    token,
    ...rest,
    value: typeof value === "string" ? value : joined({ ...good, ...value }),
  });
const malformed = refuses("SEALED_MALFORMED");
const broken = refuses("SEALED_INTEGRITY");
const unbound = refuses("SEALED_BINDING");

/** Sound but for its header: the agreement is that of the header's `epk`, the tag fits. */
const headed = (write, derivation = {}) => {
  const ephemeral = keyPair("headers");
  const header = write(JSON.parse(headerOf(reader, ephemeral)), ephemeral);
  const text = typeof header === "string" ? header : JSON.stringify(header);
  return partsOf(`header ${text}`, plaintext, {
    header: text,
    contentKey: concatKdf(secretOf(ephemeral, reader), derivation),
  });
};
const members = (extra) => headed((header) => ({ ...header, ...extra }));
const without = (name) => headed((header) => ({ ...header, [name]: undefined }));

/** The header of the good envelope with another point; no honest writer knows a secret for it. */
const atPoint = (x, y) => ({
  header: b64(
    Buffer.from(
      JSON.stringify({ alg: "ECDH-ES", enc: "A256GCM", kid: kidOf(reader), epk: { kty: "EC", crv: "P-256", x, y } }),
    ),
  ),
});

/** Sound, and its secret is that of `+A256KW`, with a wrapped content key. */
const wrapped = (() => {
  const ephemeral = keyPair("wrapped");
  const header = JSON.stringify({ alg: "ECDH-ES+A256KW", enc: "A256GCM", kid: kidOf(reader), epk: epkOf(ephemeral) });
  const contentKey = seeded("asymmetric/wrapped content key", 32);
  const kek = concatKdf(secretOf(ephemeral, reader), { algorithm: "ECDH-ES+A256KW" });
  return { ...partsOf("wrapped", plaintext, { header, contentKey }), encryptedKey: b64(wrapKey(kek, contentKey)) };
})();

const p384 = keyPair("p384", "secp384r1", "P-384", 48);
const k256 = keyPair("k256", "secp256k1", "secp256k1");
/** x = 5 is a point of P-256, so x = 5 + p names it too, in a spelling that is not allowed. */
const small = (() => {
  const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const power = (a, e) => {
    let [result, square] = [1n, a];
    for (let rest = e; rest > 0n; rest >>= 1n, square = (square * square) % P)
      if (rest & 1n) result = (result * square) % P;
    return result;
  };
  const y = power((5n ** 3n - 15n + B) % P, (P + 1n) / 4n);
  if ((y * y) % P !== (125n - 15n + B) % P) throw new Error("5 is no x of P-256");
  return { x: 5n, y };
})();

const { x, y } = epkOf(good.ephemeral);

export const asymmetricRefuse = [
  ...each(malformed, "form", {
    nothing: "",
    "another version": { version: "2" },
    "version 01": { version: "01" },
    "an empty version": { version: "" },
    "a JWE alone": joined(good).slice(2),
    "a part too many": `${joined(good)}~`,
    "the form of mode envelope": joined(good).replace("~", `~${b64(seeded("a wrapped key", 184))}~`),
    "the form of mode direct": `1~${b64(seeded("a blob", 300))}`,
    "a JWE of four parts": joined(good).slice(0, joined(good).lastIndexOf(".")),
    "a JWE of six parts": `${joined(good)}.${good.tag}`,
    "a JWE in its JSON form": `1~${JSON.stringify({ protected: good.header, iv: good.iv, ciphertext: good.ciphertext, tag: good.tag })}`,
    "cut in the middle": joined(good).slice(0, 400),
    "a space in front": ` ${joined(good)}`,
    "a line break behind": `${joined(good)}\n`,
    "10,000 characters": `1~${"A".repeat(10_000)}`,
    "base64url once more": b64(Buffer.from(joined(good))),
  }),
  ...each(malformed, "encrypted key", {
    "one where there is none": { encryptedKey: b64(seeded("asymmetric/key", 40)) },
    "agreement and key wrap": wrapped,
    "key wrap's header without its key": { ...wrapped, encryptedKey: "" },
  }),
  ...each(malformed, "header", {
    "no header": { header: "" },
    "the header in clear": { header: goodHeader },
    "the header with a padding character": { header: `${good.header}=` },
    "a space inside": { header: spaced(good.header) },
    "a compressed plaintext (zip)": members({ zip: "DEF" }),
    "a critical extension": members({ crit: ["exp"], exp: 0 }),
    "a key reference (jku)": members({ jku: "https://keys.example/jwks" }),
    "a certificate reference (x5u)": members({ x5u: "https://keys.example/x5u" }),
    "a key of its own (jwk)": members({ jwk: epkOf(good.ephemeral) }),
    "a type": members({ typ: "JWT" }),
    "a content type": members({ cty: "JWT" }),
    apu: headed((header) => ({ ...header, apu: "YQ" }), { apu: "a" }),
    apv: headed((header) => ({ ...header, apv: "YQ" }), { apv: "a" }),
    "an empty apu": members({ apu: "" }),
    "members in another order": headed(({ alg, enc, kid, epk }) => ({ enc, alg, kid, epk })),
    "epk before kid": headed(({ alg, enc, kid, epk }) => ({ alg, enc, epk, kid })),
    "white space": headed((header) => JSON.stringify(header, null, 1)),
    "a line break behind": headed((header) => `${JSON.stringify(header)}\n`),
    "alg named twice": headed((header) => JSON.stringify(header).replace('"alg"', '"alg":"ECDH-ES","alg"')),
    "kid named twice": headed((header) => JSON.stringify(header).replace('"kid"', `"kid":"${header.kid}","kid"`)),
    "alg spelt with an escape": headed((header) => JSON.stringify(header).replace("alg", "\\u0061lg")),
    "no kid": without("kid"),
    "no epk": without("epk"),
    "no enc": without("enc"),
    "a kid of seven characters": headed((header) => ({ ...header, kid: header.kid.slice(1) })),
    "a kid of 43 characters": members({ kid: b64(seeded("kid", 32)) }),
    "a kid that is an ARN": members({ kid: "arn:aws:kms:eu-central-1:111122223333:key/1" }),
    "dir, the reader's public key as content key": partsOf("dir", plaintext, {
      header: '{"alg":"dir","enc":"A256GCM"}',
      contentKey: Buffer.from(reader.x, "base64url"),
    }),
    "dir, with kid and epk": members({ alg: "dir" }),
    "mode envelope's algorithm": members({ alg: "A256KW" }),
    "RSA-OAEP": members({ alg: "RSA-OAEP" }),
    PBES2: members({ alg: "PBES2-HS512+A256KW", p2s: "YQ", p2c: 2147483647 }),
    "another way to agree (ECDH-1PU)": members({ alg: "ECDH-1PU" }),
    A128GCM: headed((header) => ({ ...header, enc: "A128GCM" }), { algorithm: "A128GCM", bits: 128 }),
    "A256CBC-HS512": members({ enc: "A256CBC-HS512" }),
    "alg in lower case": members({ alg: "ecdh-es" }),
  }),
  ...each(malformed, "ephemeral key", {
    "a private key beside it": headed((header, { d }) => ({ ...header, epk: { ...header.epk, d } })),
    "a kid of its own": headed((header) => ({ ...header, epk: { ...header.epk, kid: "e" } })),
    "a curve P-384": members({ epk: epkOf(p384) }),
    "a point of P-384 under the name P-256": members({ epk: { ...epkOf(p384), crv: "P-256" } }),
    "a curve secp256k1": members({ epk: epkOf(k256) }),
    "a point of secp256k1 under the name P-256": atPoint(k256.x, k256.y),
    X25519: headed((header) => ({ ...header, epk: { kty: "OKP", crv: "X25519", x: header.epk.x } })),
    "an octet key": members({ epk: { kty: "oct", k: b64(seeded("oct", 32)) } }),
    "members in another order": headed(({ epk: { kty, crv, ...point }, ...header }) => ({
      ...header,
      epk: { crv, kty, ...point },
    })),
    "no y": headed((header) => ({ ...header, epk: { ...header.epk, y: undefined } })),
    "a list": headed((header) => ({ ...header, epk: [header.epk] })),
    "y with one bit turned, off the curve": atPoint(x, flipped(y, 31)),
    "x with one bit turned, off the curve": atPoint(flipped(x, 31), y),
    "x and y changed over": atPoint(y, x),
    "the origin, some libraries' infinity": atPoint(b64(Buffer.alloc(32)), b64(Buffer.alloc(32))),
    "infinity, without coordinates": atPoint("", ""),
    "infinity, as one zero byte": atPoint("AA", "AA"),
    "x of zero with a y that fits no point": atPoint(b64(Buffer.alloc(32)), b64(coordinate(1n))),
    "coordinates of all ones": atPoint(b64(Buffer.alloc(32, 0xff)), b64(Buffer.alloc(32, 0xff))),
    "x beyond the field, of a point that exists": atPoint(b64(coordinate(small.x + P)), b64(coordinate(small.y))),
    "x with bits to spare set": atPoint(respelt(x), y),
    "x with a padding character": atPoint(`${x}=`, y),
    "x with a zero in front": atPoint(b64(Buffer.concat([Buffer.alloc(1), Buffer.from(x, "base64url")])), y),
    "y of 31 bytes": atPoint(x, cut(y, 31)),
  }),
  ...each(broken, "ephemeral key", {
    "the mirrored point, which gives the same secret": atPoint(x, b64(coordinate(P - number(y)))),
    "a point of the curve that nobody agreed on": atPoint(b64(coordinate(small.x)), b64(coordinate(small.y))),
    "the reader's own public key": atPoint(reader.x, reader.y),
  }),
  ...each(broken, "header", {
    "another envelope's": { header: second.header },
    "the kid of another key, not listed": {
      header: b64(Buffer.from(goodHeader.replace(kidOf(reader), kidOf(stranger)))),
    },
  }),
  broken(
    "header",
    "the kid of the next key, listed",
    { header: b64(Buffer.from(goodHeader.replace(kidOf(reader), kidOf(next)))) },
    { mayUse: [0, 1] },
  ),
  broken("reader", "which has the next key only", joined(good), { mayUse: [1] }),
  broken("reader", "of another resource server, with its own key", joined(good), {
    mayUse: [2],
    place: { ...PLACE, audience: "billing-api" },
  }),
  ...each(broken, "content key", {
    "derived for another algorithm": headed((header) => header, { algorithm: "ECDH-ES" }),
    "derived with parties": headed((header) => header, { apu: "Alice", apv: "Bob" }),
    "the secret itself": (() => {
      const ephemeral = keyPair("raw secret");
      return partsOf("raw secret", plaintext, {
        header: headerOf(reader, ephemeral),
        contentKey: secretOf(ephemeral, reader),
      });
    })(),
  }),
  ...each(malformed, "initialization vector", {
    "8 bytes": { iv: cut(good.iv, 8) },
    "16 bytes": { iv: b64(seeded("asymmetric/iv 16", 16)) },
    none: { iv: "" },
  }),
  ...each(broken, "initialization vector", {
    "another envelope's": { iv: second.iv },
    "a bit turned": { iv: flipped(good.iv, 3) },
  }),
  ...each(malformed, "ciphertext", {
    none: { ciphertext: "" },
    "4,160 bytes": joined(partsOf("4160", padded(" ", 4160))),
    "a padding character": { ciphertext: `${good.ciphertext}=` },
  }),
  ...each(broken, "ciphertext", {
    "another envelope's": { ciphertext: second.ciphertext },
    "a bit turned": { ciphertext: flipped(good.ciphertext, 40) },
    "cut short by a step": { ciphertext: cut(good.ciphertext, 64) },
  }),
  ...each(malformed, "tag", {
    none: { tag: "" },
    "4 bytes": { tag: cut(good.tag, 4) },
    "12 bytes": { tag: cut(good.tag, 12) },
    "bits to spare set": { tag: respelt(good.tag) },
    "vector and tag changed over": { iv: good.tag, tag: good.iv },
  }),
  ...each(broken, "tag", {
    "another envelope's": { tag: second.tag },
    "a bit turned": { tag: flipped(good.tag, 15) },
  }),
  broken("everything but the header", "another envelope's", {
    iv: second.iv,
    ciphertext: second.ciphertext,
    tag: second.tag,
  }),
  unbound("reader", "of another audience with the same key", joined(good), {
    place: { ...PLACE, audience: "billing-api" },
  }),
  unbound("reader", "of another pool with the same key", joined(good), {
    place: { ...PLACE, poolId: "eu-central-1_ZyXwVuTsR" },
  }),
  unbound("reader", "of audience and pool changed over", joined(good), { place: { audience: POOL, poolId: AUDIENCE } }),
  ...otherSubjects.map(([name, rest]) => unbound("token", name, joined(good), rest)),
  ...otherTokens.map(([name, rest]) => unbound("token", name, joined(good), rest)),
  ...badPlaintexts(base).map(({ name, code, bytes, reader: rest }) =>
    refuses(code)("plaintext", name, joined(partsOf(`plaintext ${name}`, bytes)), rest),
  ),
  ...[
    ["no aud", { aud: undefined }],
    ["an aud that is a list", { aud: [AUDIENCE] }],
    ["an aud that is null", { aud: null }],
    ["no pool", { pool: undefined }],
    ["a pool that is the issuer's URL", { pool: `https://cognito-idp.eu-central-1.amazonaws.com/${POOL}` }],
    ["a pool that is a number", { pool: 1 }],
  ].map(([name, change]) =>
    unbound(
      "plaintext",
      name,
      joined(partsOf(`plaintext ${name}`, padded(JSON.stringify({ ...base, ...change, ...CLAIMS })))),
    ),
  ),
];
