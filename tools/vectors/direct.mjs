// Vectors in mode `direct`. What KMS would decrypt stands beside them: a blob, the context it was encrypted under, and
// the plaintext; the blobs themselves are noise of the length KMS makes.
import {
  b64,
  CLAIMS,
  contextOf,
  cut,
  each,
  flipped,
  padded,
  respelt,
  SEALED_AT,
  SUB,
  seeded,
  spaced,
  TOKEN,
} from "./bytes.mjs";
import { badPlaintexts, goodClaims, otherSubjects, otherTokens } from "./plaintexts.mjs";

const CLIENT = "4mk2clinicweb";

/** What KMS holds, as far as these vectors know. */
export const ciphertexts = [];

/** KMS's Encrypt: 58 bytes of its own, then a CMS structure of 98 to 110 bytes more than the plaintext. */
function encryptByKms(name, plaintext, context) {
  const blob = Buffer.concat([Buffer.from("0102020078", "hex"), seeded(`direct/${name}`, plaintext.length + 152)]);
  ciphertexts.push({ blob: b64(blob), context, plaintext: b64(plaintext) });
  return b64(blob);
}

const under = (context, sub = SUB) => ({ ...context, "claimseal:sub": sub });

/** The subject is counted although it is not sent: what is sealed shows the same steps in every mode. */
function paddedFor(sub, json, padTo = null) {
  const whole = json === "{}" ? `{"sub":${JSON.stringify(sub)}}` : `{"sub":${JSON.stringify(sub)},${json.slice(1)}`;
  return padded(whole, padTo)
    .subarray(Buffer.byteLength(whole) - Buffer.byteLength(json))
    .fill(json + " ".repeat(4096), 0);
}

// --- Envelopes that open -------------------------------------------------------------------------------------------

function opens(name, claims, { padTo = null, context = contextOf(), sealed = {}, token = {}, ...reader } = {}) {
  const binding = { sub: SUB, iat: SEALED_AT, ...sealed };
  const { sub, iat, clientId } = binding;
  const plaintext = paddedFor(sub, JSON.stringify({ iat, client_id: clientId, ...claims }), padTo);
  return {
    name,
    padTo,
    sealed: binding,
    claims,
    context,
    token: { ...TOKEN, sub, ...token },
    ...reader,
    value: `1~${encryptByKms(`open/${name}`, plaintext, under(context, sub))}`,
  };
}

const fill = (bytes) => ({ note: "n".repeat(bytes - JSON.stringify({ sub: SUB, iat: SEALED_AT, note: "" }).length) });

export const directOpen = [
  ...goodClaims.map(([name, claims]) => opens(name, claims)),
  opens("the largest plaintext", fill(4096)),
  opens("a plaintext that fills its step exactly", fill(128)),
  opens("a plaintext one byte over a step", fill(129)),
  opens("padded to a declared maximum", CLAIMS, { padTo: 512 }),
  opens("bound to its client", CLAIMS, { sealed: { clientId: CLIENT }, token: { clientId: CLIENT }, bindClient: true }),
  opens("names no client, and need not", CLAIMS, { token: { clientId: CLIENT } }),
  opens("a machine, whose sub is its client id", CLAIMS, { sealed: { sub: "5mchnclientid8j2" } }),
  opens("another resource server", CLAIMS, { context: contextOf("billing-api") }),
  opens("another user pool", CLAIMS, { context: contextOf("care-api", "eu-central-1_ZyXwVuTsR") }),
  opens("the earliest token iat that is taken", CLAIMS, { token: { iat: SEALED_AT - 60 } }),
  opens("the latest token iat that is taken", CLAIMS, { token: { iat: SEALED_AT + 600 } }),
];

// --- Envelopes that do not -----------------------------------------------------------------------------------------

const base = { iat: SEALED_AT };
const good = encryptByKms("good", paddedFor(SUB, JSON.stringify({ ...base, ...CLAIMS })), under(contextOf()));
const second = encryptByKms(
  "second",
  paddedFor(SUB, JSON.stringify({ ...base, ...CLAIMS })),
  under(contextOf("billing-api")),
);
const stranger = encryptByKms(
  "stranger",
  paddedFor(SUB, JSON.stringify({ ...base, ...CLAIMS })),
  under(contextOf(), "someone else"),
);
const nameless = encryptByKms("nameless", paddedFor(SUB, JSON.stringify({ ...base, ...CLAIMS })), contextOf());
const older = encryptByKms(
  "older",
  paddedFor(SUB, JSON.stringify({ ...base, ...CLAIMS })),
  under({ ...contextOf(), "claimseal:v": "0" }),
);
const bytes = (text) => Buffer.from(text, "base64url");

const refuses =
  (code) =>
  (changed, name, value, { context = contextOf(), token = TOKEN, ...reader } = {}) => ({
    name,
    changed,
    code,
    context,
    token,
    ...reader,
    value,
  });
const malformed = refuses("SEALED_MALFORMED");
const broken = refuses("SEALED_INTEGRITY");
const unbound = refuses("SEALED_BINDING");

export const directRefuse = [
  ...each(malformed, "form", {
    nothing: "",
    "another version": `2~${good}`,
    "version 01": `01~${good}`,
    "an empty version": `~${good}`,
    "no version": good,
    "a version alone": "1",
    "a part too many": `1~${good}~`,
    "two blobs": `1~${good}~${good}`,
    "the form of mode envelope": `1~${good}~${good}.${good}.${good}.${good}.${good}`,
    "the form of mode asymmetric": `1~${good}..${good}.${good}.${good}`,
    "a space in front": ` 1~${good}`,
    "a line break behind": `1~${good}\n`,
    "quotes around it": `"1~${good}"`,
    "base64url once more": b64(Buffer.from(`1~${good}`)),
    "20,000 characters": `1~${"A".repeat(20_000)}`,
  }),
  ...each(malformed, "blob", {
    none: "1~",
    "the other alphabet": `1~+${good.slice(1)}`,
    "standard base64": `1~${bytes(good).toString("base64")}`,
    "a padding character": `1~${good}=`,
    "bits to spare set": `1~${respelt(b64(bytes(good).subarray(0, 238)))}`,
    "a space inside": `1~${spaced(good)}`,
    "hexadecimal with a prefix": `1~0x${bytes(good).toString("hex")}.`,
    "74 bytes": `1~${cut(good, 74)}`,
    "4,609 bytes": `1~${b64(seeded("direct/4609", 4609))}`,
  }),
  ...each(broken, "blob", {
    "a bit turned at its beginning": `1~${flipped(good, 0)}`,
    "a bit turned in its middle": `1~${flipped(good, 140)}`,
    "a bit turned at its end": `1~${flipped(good, bytes(good).length - 1)}`,
    "a byte cut off": `1~${cut(good, bytes(good).length - 1)}`,
    "a byte added": `1~${b64(Buffer.concat([bytes(good), Buffer.alloc(1)]))}`,
    "half of one and half of another": `1~${b64(Buffer.concat([bytes(good).subarray(0, 140), bytes(second).subarray(140)]))}`,
    "nobody's": `1~${b64(seeded("direct/nobody", 280))}`,
  }),
  ...each(broken, "context", {
    "another resource server's envelope": `1~${second}`,
    "another subject's envelope": `1~${stranger}`,
    "encrypted without a subject": `1~${nameless}`,
    "encrypted under another version": `1~${older}`,
  }),
  broken("reader", "of another audience", `1~${good}`, { context: contextOf("billing-api") }),
  broken("reader", "of an audience in other case", `1~${good}`, { context: contextOf("Care-API") }),
  broken("reader", "of another pool", `1~${good}`, { context: contextOf("care-api", "eu-central-1_ZyXwVuTsR") }),
  ...otherSubjects.map(([name, reader]) => broken("token", name, `1~${good}`, reader)),
  ...otherTokens.map(([name, reader]) => unbound("token", name, `1~${good}`, reader)),
  ...badPlaintexts(base).map(({ name, code, bytes: plaintext, reader }) =>
    refuses(code)("plaintext", name, `1~${encryptByKms(`plaintext ${name}`, plaintext, under(contextOf()))}`, reader),
  ),
];
