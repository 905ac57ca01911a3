// More vectors in mode `envelope`: clients, and what `refuse.json` leaves out.
import {
  b64,
  CLAIMS,
  contextOf,
  cut,
  each,
  encrypt,
  flipped,
  padded,
  respelt,
  SEALED_AT,
  SUB,
  seeded,
  spaced,
  TOKEN,
  wrapKey,
} from "./bytes.mjs";
import { billing, care, careLater, dataKeys, HEADER, joined, otherPool, partsOf } from "./envelope-parts.mjs";
import { badPlaintexts, goodClaims, otherSubjects, otherTokens } from "./plaintexts.mjs";

const CLIENT = "4mk2clinicweb";

// --- Envelopes that open -------------------------------------------------------------------------------------------

function opens(name, claims, { padTo = null, from = care, sealed = {}, token = {}, ...reader } = {}) {
  const binding = { sub: SUB, iat: SEALED_AT, ...sealed };
  const { sub, iat, clientId } = binding;
  const plaintext = JSON.stringify({ sub, iat, client_id: clientId, ...claims });
  const parts = partsOf(`envelope/${name}`, padded(plaintext, padTo), { from });
  return {
    name,
    dataKey: dataKeys.indexOf(from),
    contentKey: b64(parts.contentKey),
    iv: parts.iv,
    padTo,
    sealed: binding,
    claims,
    token: { ...TOKEN, sub, ...token },
    ...reader,
    value: joined(parts),
  };
}

export const envelopeOpen = [
  ...goodClaims.map(([name, claims]) => opens(name, claims)),
  opens("padded far beyond what it needs", CLAIMS, { padTo: 1024 }),
  opens("padded to a maximum between two steps", CLAIMS, { padTo: 100 }),
  opens("the data key of another hour", CLAIMS, { from: careLater }),
  opens("bound to its client", CLAIMS, { sealed: { clientId: CLIENT }, token: { clientId: CLIENT }, bindClient: true }),
  opens("names its client, which need not be there", CLAIMS, {
    sealed: { clientId: CLIENT },
    token: { clientId: CLIENT },
  }),
  opens("names no client, and need not", CLAIMS, { token: { clientId: CLIENT } }),
  opens("a machine, bound to its client", CLAIMS, {
    sealed: { sub: "5mchnclientid8j2", clientId: "5mchnclientid8j2" },
    token: { clientId: "5mchnclientid8j2" },
    bindClient: true,
  }),
  opens("at the edge of a narrower window", CLAIMS, { token: { iat: SEALED_AT + 30 }, iatWindow: { min: 0, max: 30 } }),
  opens("at the edge of a wider window", CLAIMS, {
    token: { iat: SEALED_AT + 900 },
    iatWindow: { min: -60, max: 900 },
  }),
];

// --- Envelopes that do not -----------------------------------------------------------------------------------------

const base = { sub: SUB, iat: SEALED_AT };
const good = partsOf("envelope/good", padded(JSON.stringify({ ...base, ...CLAIMS })));
const second = partsOf("envelope/second", padded(JSON.stringify({ ...base, licence_no: "DE-00000001" })));

/** @param changed The part that differs from an envelope that opens. */
const refuses =
  (code) =>
  (changed, name, value, { context = care.context, token = TOKEN, ...reader } = {}) => ({
    name,
    changed,
    code,
    context,
    token,
    ...reader,
    value: typeof value === "string" ? value : joined({ ...good, ...value }),
  });
const malformed = refuses("SEALED_MALFORMED");
const broken = refuses("SEALED_INTEGRITY");
const unbound = refuses("SEALED_BINDING");

/** Sound but for its header: every key and tag fits. */
const headed = (header) =>
  joined(partsOf(`envelope/header ${header}`, padded(JSON.stringify({ ...base, ...CLAIMS })), { header }));

/** Sound but for a content key of 128 bits, wrapped as such. */
const shortKey = (() => {
  const contentKey = seeded("envelope/short content key", 16);
  const content = encrypt(contentKey, seeded("envelope/short iv", 12), good.header, padded("{}"));
  return { ...content, encryptedKey: b64(wrapKey(care.key, contentKey)) };
})();

const members = (extra) => `{"alg":"A256KW","enc":"A256GCM",${extra}}`;

export const envelopeRefuse = [
  ...each(malformed, "form", {
    "version 0": { version: "0" },
    "version 01": { version: "01" },
    "version 1 and a space": { version: "1 " },
    "version one": { version: "\u0661" },
    "an empty version": { version: "" },
    "cut after the data key": `1~${good.edk}`,
    "cut after the header": `1~${good.edk}~${good.header}`,
    "cut in the tag": joined(good).slice(0, -1),
    "the value twice": joined(good) + joined(good),
    "two values between commas": `${joined(good)},${joined(second)}`,
    "other separators": joined(good).replaceAll("~", "."),
    "quotes around it": JSON.stringify(joined(good)),
    "percent-encoded separators": joined(good).replaceAll("~", "%7E"),
    "base64url once more": b64(Buffer.from(joined(good))),
    "a BOM in front": `\ufeff${joined(good)}`,
    "a zero byte behind": `${joined(good)}\u0000`,
    "data key and header swapped": `1~${good.header}~${good.edk}`,
    "the form of mode asymmetric": `1~${good.header}..${good.iv}.${good.ciphertext}.${good.tag}`,
    "the form of mode direct": `1~${good.edk}`,
    "an empty JWE": `1~${good.edk}~....`,
  }),
  ...each(malformed, "header", {
    "agreement on a key (ECDH-ES)": headed('{"alg":"ECDH-ES","enc":"A256GCM"}'),
    "agreement and key wrap": headed('{"alg":"ECDH-ES+A256KW","enc":"A256GCM"}'),
    "RSA-OAEP": headed('{"alg":"RSA-OAEP","enc":"A256GCM"}'),
    RSA1_5: headed('{"alg":"RSA1_5","enc":"A256GCM"}'),
    A192KW: headed('{"alg":"A192KW","enc":"A256GCM"}'),
    "PBES2 with one round": headed('{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2s":"YQ","p2c":1}'),
    none: headed('{"alg":"none","enc":"A256GCM"}'),
    "dir, and all else in place": headed('{"alg":"dir","enc":"A256GCM"}'),
    A192GCM: headed('{"alg":"A256KW","enc":"A192GCM"}'),
    "a header with jwk": headed(members('"jwk":{"kty":"oct","k":"AAAA"}')),
    "a header with x5u": headed(members('"x5u":"https://keys.example/x5u"')),
    "a header with x5c": headed(members('"x5c":["AAAA"]')),
    "a header with typ": headed(members('"typ":"JWT"')),
    "a header with cty": headed(members('"cty":"JWT"')),
    "a header with b64": headed(members('"b64":false,"crit":["b64"]')),
    "a header with apu": headed(members('"apu":"YQ"')),
    "a crit that is empty": headed(members('"crit":[]')),
    "a zip that says none": headed(members('"zip":"none"')),
    "enc named twice": headed('{"alg":"A256KW","enc":"A128GCM","enc":"A256GCM"}'),
    "alg named twice, the last one right": headed('{"alg":"dir","alg":"A256KW","enc":"A256GCM"}'),
    "no enc": headed('{"alg":"A256KW"}'),
    "no alg": headed('{"enc":"A256GCM"}'),
    "alg as a list": headed('{"alg":["A256KW"],"enc":"A256GCM"}'),
    "alg spelt with an escape": headed('{"\\u0061lg":"A256KW","enc":"A256GCM"}'),
    "enc in lower case": headed('{"alg":"A256KW","enc":"a256gcm"}'),
    "alg with a space behind": headed('{"alg":"A256KW ","enc":"A256GCM"}'),
    "a line break behind": headed(`${HEADER}\n`),
    "a BOM in front of the JSON": headed(`\ufeff${HEADER}`),
    "another object behind": headed(`${HEADER}{}`),
    "an empty object": headed("{}"),
    "no header": { header: "" },
    "the header in clear": { header: HEADER },
    "the header with padding characters": { header: `${good.header}=` },
    "the header with bits to spare set": { header: respelt(good.header) },
  }),
  ...each(malformed, "data key", {
    "a space inside": { edk: spaced(good.edk) },
    "a percent sign inside": { edk: `%${good.edk.slice(1)}` },
    "two data keys": { edk: `${good.edk}~${good.edk}` },
    "one character too many": { edk: `${good.edk}AAA` },
  }),
  ...each(broken, "data key", {
    "one byte too many": { edk: b64(Buffer.concat([care.wrapped, Buffer.alloc(1)])) },
    "one byte too few": { edk: cut(good.edk, 183) },
    "another resource server's": { edk: b64(billing.wrapped) },
    "another pool's": { edk: b64(otherPool.wrapped) },
  }),
  ...each(malformed, "encrypted key", {
    "a content key of 128 bits": shortKey,
    "48 bytes": { encryptedKey: b64(seeded("envelope/48", 48)) },
    "the data key's blob": { encryptedKey: good.edk },
    "a space inside": { encryptedKey: spaced(good.encryptedKey) },
    "a padding character": { encryptedKey: `${good.encryptedKey}=` },
  }),
  ...each(broken, "encrypted key", {
    "wrapped with another hour's key": {
      encryptedKey: b64(wrapKey(careLater.key, good.contentKey)),
    },
    "nobody's": { encryptedKey: b64(seeded("envelope/nobody", 40)) },
    "its first bit turned": { encryptedKey: flipped(good.encryptedKey, 0) },
  }),
  ...each(malformed, "initialization vector", {
    "11 bytes": { iv: cut(good.iv, 11) },
    "13 bytes": { iv: b64(seeded("envelope/iv 13", 13)) },
    none: { iv: "" },
    "the other alphabet": { iv: `+${good.iv.slice(1)}` },
  }),
  ...each(broken, "initialization vector", {
    zeros: { iv: b64(Buffer.alloc(12)) },
    "its last bit turned": { iv: flipped(good.iv, 11) },
  }),
  ...each(malformed, "ciphertext", {
    "a padding character": { ciphertext: `${good.ciphertext}=` },
    "a line break inside": {
      ciphertext: `${good.ciphertext.slice(0, 76)}\n${good.ciphertext.slice(76)}`,
    },
    "4,097 bytes": joined(partsOf("envelope/4097", Buffer.from(JSON.stringify(base).padEnd(4097)))),
  }),
  ...each(broken, "ciphertext", {
    "its first bit turned": { ciphertext: flipped(good.ciphertext, 0) },
    "one byte more": {
      ciphertext: b64(Buffer.concat([Buffer.from(good.ciphertext, "base64url"), Buffer.from(" ")])),
    },
    zeros: { ciphertext: b64(Buffer.alloc(128)) },
    "halves changed over": {
      ciphertext: b64(
        Buffer.concat([
          Buffer.from(good.ciphertext, "base64url").subarray(64),
          Buffer.from(good.ciphertext, "base64url").subarray(0, 64),
        ]),
      ),
    },
  }),
  ...each(malformed, "tag", {
    none: { tag: "" },
    "8 bytes": { tag: cut(good.tag, 8) },
    "17 bytes": { tag: b64(Buffer.concat([Buffer.from(good.tag, "base64url"), Buffer.alloc(1)])) },
    "a padding character": { tag: `${good.tag}==` },
  }),
  ...each(broken, "tag", {
    zeros: { tag: b64(Buffer.alloc(16)) },
    "its first bit turned": { tag: flipped(good.tag, 0) },
  }),
  broken("everything but the data key", "under another hour's data key", {
    ...partsOf("envelope/later", padded("{}"), { from: careLater }),
    edk: good.edk,
  }),
  broken("reader", "of another audience in this pool", joined(good), { context: contextOf("billing-api") }),
  broken("reader", "of an audience in other case", joined(good), { context: contextOf("Care-API") }),
  broken("reader", "of this audience in another pool", joined(good), {
    context: contextOf("care-api", otherPool.context["claimseal:pool"]),
  }),
  broken("reader", "of audience and pool changed over", joined(good), {
    context: contextOf(care.context["claimseal:pool"], care.context["claimseal:aud"]),
  }),
  ...otherSubjects.map(([name, reader]) => unbound("token", name, joined(good), reader)),
  ...otherTokens.map(([name, reader]) => unbound("token", name, joined(good), reader)),
  unbound(
    "token",
    "another client's, where an envelope names one",
    envelopeOpen.find(({ name }) => name === "bound to its client").value,
    {
      token: { ...TOKEN, clientId: "5billingweb" },
    },
  ),
  ...badPlaintexts(base).map(({ name, code, bytes, reader }) =>
    refuses(code)("plaintext", name, joined(partsOf(`envelope/plaintext ${name}`, bytes)), reader),
  ),
];
