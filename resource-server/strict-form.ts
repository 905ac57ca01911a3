import { decodeBase64url } from "../crypto/base64url.ts";
import { type Json, parseStrictJson } from "../crypto/strict-json.ts";
import { OpenerError } from "./opener-error.ts";

/** Room for the largest token that gateways and Node's own servers let through. */
const MAX_CHARACTERS = 16_384;

const MAX_DEPTH = 16;

/** Header members a Cognito token may have. `jku`, `x5u`, `jwk`, `crit`, `b64` and whatever is invented next may not. */
const HEADER_MEMBERS: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);

/** Payload members every Cognito access token has, by type; without `exp` a verifier would take a token for ever. */
const PAYLOAD_MEMBERS: readonly (readonly [name: string, type: "string" | "number"])[] = [
  ["exp", "number"],
  ["iat", "number"],
  ["iss", "string"],
  ["sub", "string"],
  ["token_use", "string"],
];

/**
 * Lets pass only tokens that can be read in one way: at most 16 KiB, three canonical parts, JSON without duplicate
 * members, an RS256 header with no member that changes its meaning. Nothing is verified here; the verifier after it
 * is more tolerant, and whoever reads the token after that may be tolerant in another way (RFC 8725 sections 3.1, 3.2).
 *
 * @throws {OpenerError} `TOKEN_INVALID`, with the rule that is broken.
 */
export function assertStrictForm(token: unknown): asserts token is string {
  if (typeof token !== "string") throw invalid("is not a string");
  if (token.length > MAX_CHARACTERS) throw invalid(`is longer than ${MAX_CHARACTERS} characters`);
  const parts = token.split(".");
  if (parts.length !== 3) throw invalid("does not have three parts");
  const [header = "", payload = "", signature = ""] = parts;
  assertHeader(object("header", header));
  assertPayload(object("payload", payload));
  if (decodeBase64url(signature) === null) throw invalid("has a signature that is not canonical base64url");
}

function assertHeader(header: Readonly<Record<string, Json>>): void {
  const { alg, kid, typ } = header;
  if (!Object.keys(header).every((name) => HEADER_MEMBERS.has(name))) {
    throw invalid("has a header member other than alg, kid and typ");
  }
  if (alg !== "RS256") throw invalid("is not signed with RS256");
  if (typeof kid !== "string" || !/^[A-Za-z0-9+/=_-]{1,128}$/.test(kid)) throw invalid("has no well-formed key id");
  if (typ !== undefined && typeof typ !== "string") throw invalid("has a typ that is not a string");
}

function assertPayload(payload: Readonly<Record<string, Json>>): void {
  for (const [name, type] of PAYLOAD_MEMBERS) {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (value === "" || typeof value !== type) throw invalid(`has no ${name}, or none that is a ${type}`);
  }
}

function object(part: string, text: string): Readonly<Record<string, Json>> {
  const bytes = decodeBase64url(text);
  if (bytes === null) throw invalid(`has a ${part} that is not canonical base64url`);
  const value = parseStrictJson(utf8(part, bytes), MAX_DEPTH);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`has a ${part} that is not a JSON object with distinct members, at most ${MAX_DEPTH} levels deep`);
  }
  return value as Readonly<Record<string, Json>>;
}

/** Decodes whole texts only, so it keeps nothing from one to the next. */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(part: string, bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw invalid(`has a ${part} that is not UTF-8`);
  }
}

function invalid(problem: string): OpenerError {
  return new OpenerError("TOKEN_INVALID", `the token ${problem}`);
}
