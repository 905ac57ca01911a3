import { CryptoError } from "./crypto-error.ts";
import { type Binding, checkBinding, type ExpectedBinding, type IatWindow } from "./envelope-binding.ts";
import { MAX_PLAINTEXT_BYTES } from "./envelope-form.ts";
import { paddedLength } from "./envelope-size.ts";
import { type Json, parseStrictJson } from "./strict-json.ts";

/** Names inside an envelope that are never claims: those that bind it, and those RFC 7519 gives a meaning of its own. */
export const RESERVED_INSIDE: ReadonlySet<string> = new Set([
  "sub",
  "iat",
  "exp",
  "nbf",
  "iss",
  "aud",
  "jti",
  "pool",
  "client_id",
]);

/** Nesting allowed in a plaintext; DynamoDB's own limit is 32 levels, and a claim sits one below the top. */
const MAX_DEPTH = 33;

/** Where the subject stands: inside, or in the context that KMS authenticates with what is inside. */
export type SubjectPlace = "inside" | "context";

/**
 * The bytes to encrypt: one JSON object with the binding and the claims, padded with spaces, which JSON ignores.
 *
 * A subject that stands in the context is counted all the same: everybody knows its length, so what is sealed shows the
 * same steps in every mode.
 *
 * @throws {CryptoError} `SEAL_TOO_LARGE` above 4,096 bytes, or above `padTo` where one is given.
 * @throws {TypeError} for a claim with a reserved name: the check of a claim map finds these.
 */
export function writePlaintext(
  claims: ReadonlyMap<string, Json>,
  { sub, iat, clientId, place }: Binding,
  padTo: number | null,
  subject: SubjectPlace = "inside",
): Buffer {
  for (const name of claims.keys()) {
    if (RESERVED_INSIDE.has(name)) throw new TypeError(`"${name}" cannot be a sealed claim: the envelope reserves it`);
  }
  const members: readonly (readonly [name: string, value: Json])[] = [
    ["iat", iat],
    ...(place
      ? ([
          ["aud", place.audience],
          ["pool", place.poolId],
        ] as const)
      : []),
    ...(clientId === undefined ? [] : ([["client_id", clientId]] as const)),
    ...claims,
  ];
  const whole = JSON.stringify(Object.fromEntries([["sub", sub], ...members]));
  const bytes = Buffer.byteLength(whole);
  if (padTo !== null && bytes > padTo) {
    throw new CryptoError("SEAL_TOO_LARGE", `the plaintext has ${bytes} bytes, more than the ${padTo} it is padded to`);
  }
  const padded = paddedLength(bytes, padTo);
  if (padded > MAX_PLAINTEXT_BYTES) {
    throw new CryptoError("SEAL_TOO_LARGE", `the plaintext has ${padded} bytes; at most ${MAX_PLAINTEXT_BYTES} fit`);
  }
  const json = subject === "inside" ? whole : JSON.stringify(Object.fromEntries(members));
  const plaintext = Buffer.alloc(padded - (bytes - Buffer.byteLength(json)), " ");
  plaintext.write(json);
  return plaintext;
}

/**
 * Reads decrypted bytes back, holds them to the token they came in, and overwrites them.
 *
 * @param subject Where the subject stands. In a context KMS has compared it already; one inside as well is compared too.
 * @throws {CryptoError} `SEALED_MALFORMED` where they are no JSON object with distinct members, or hold a reserved
 *   name that nobody here would check; `SEALED_BINDING` where what must bind them is missing or another's.
 */
export function openPlaintext(
  plaintext: Uint8Array,
  expected: ExpectedBinding,
  window: IatWindow,
  subject: SubjectPlace = "inside",
): ReadonlyMap<string, Json> {
  try {
    const { binding, claims } = readPlaintext(plaintext, expected, subject);
    checkBinding(binding, expected, window);
    return claims;
  } finally {
    plaintext.fill(0);
  }
}

function readPlaintext(
  plaintext: Uint8Array,
  expected: ExpectedBinding,
  subject: SubjectPlace,
): { readonly binding: Binding; readonly claims: ReadonlyMap<string, Json> } {
  const value = parseStrictJson(utf8(plaintext), MAX_DEPTH);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed("is not a JSON object with distinct members");
  }
  const members = new Map(Object.entries(value as { readonly [name: string]: Json }));
  const take = (name: string): Json | undefined => {
    const member = members.get(name);
    members.delete(name);
    return member;
  };
  const inContext = subject === "context" && !members.has("sub");
  const sub = inContext ? expected.sub : take("sub");
  const iat = take("iat");
  if (typeof sub !== "string" || typeof iat !== "number" || !Number.isSafeInteger(iat)) {
    throw unbound("has no sub and iat to bind it to a token");
  }
  const place = expected.place ? { audience: take("aud"), poolId: take("pool") } : undefined;
  if (place && !(typeof place.audience === "string" && typeof place.poolId === "string")) {
    throw unbound("has no aud and pool to bind it to a place");
  }
  const clientId = expected.clientId === undefined ? undefined : take("client_id");
  if (clientId !== undefined && typeof clientId !== "string") throw unbound("has a client_id that is not text");
  // Nobody here would check them, and a member that is ignored binds nothing.
  if ([...members.keys()].some((name) => RESERVED_INSIDE.has(name))) {
    throw malformed("has a reserved member that binds it to nothing here");
  }
  return {
    binding: {
      sub,
      iat,
      ...(clientId !== undefined && { clientId }),
      ...(place && { place: place as NonNullable<Binding["place"]> }),
    },
    claims: members,
  };
}

/** Decodes whole texts only, so it keeps nothing from one to the next. */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw malformed("is not UTF-8");
  }
}

function malformed(problem: string): CryptoError {
  return new CryptoError("SEALED_MALFORMED", `the plaintext ${problem}`);
}

function unbound(problem: string): CryptoError {
  return new CryptoError("SEALED_BINDING", `the plaintext ${problem}`);
}
