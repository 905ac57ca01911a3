import { decodeBase64url } from "../../crypto/base64url.ts";
import { type Json, parseStrictJson } from "../../crypto/strict-json.ts";
import { readText } from "../files.ts";
import { CliError, EXIT, type Io } from "../io.ts";

/** A JSON object as a token has them. */
export type Fields = { readonly [name: string]: Json };

/** A token taken apart; nothing about it has been verified. */
export type TokenParts = {
  readonly header: Fields;
  readonly payload: Fields;
  /** Of the whole token, as it is sent. */
  readonly bytes: number;
};

/**
 * The token a command was given: in a file, or on standard input. One on the command line is taken too, and its owner
 * told that shells keep a history.
 *
 * @throws {CliError} exit 3 for a file that cannot be read. A token is never repeated, not even one that is none.
 */
export async function readToken(given: string | undefined, io: Io): Promise<string> {
  const argument = given ?? "-";
  const isToken = argument.startsWith("eyJ") || argument.length > 512;
  if (isToken) io.say("a token on the command line stays in the shell's history: give a file, or - and standard input");
  const text = isToken ? argument : await readText(argument, io);
  return text.trim().replace(/^(authorization:\s*)?bearer\s+/i, "");
}

/**
 * Decodes a token's header and payload. Whoever signed it, and whether anybody did, stays open.
 *
 * @throws {CliError} exit 1 naming the part that cannot be read, and nothing of it.
 */
export function decodeToken(token: string): TokenParts {
  const parts = token.split(".");
  if (parts.length !== 3) {
    throw new CliError(
      EXIT.findings,
      `expected a token of three parts, with dots between them; there are ${parts.length}`,
    );
  }
  const [header = "", payload = ""] = parts;
  return { header: fields("header", header), payload: fields("payload", payload), bytes: Buffer.byteLength(token) };
}

function fields(part: string, text: string): Fields {
  const bytes = decodeBase64url(text);
  if (bytes === null) throw new CliError(EXIT.findings, `the token's ${part} is not canonical base64url`);
  const value = parseStrictJson(Buffer.from(bytes).toString(), 32);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CliError(EXIT.findings, `the token's ${part} is not a JSON object with distinct members`);
  }
  return value as Fields;
}
