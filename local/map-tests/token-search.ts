import type { JsonValue } from "../../cognito/json.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { encodingWithin } from "../leak-search.ts";

/** As Cognito's: what a token says of itself, in front of its payload. */
const HEADER = { kid: "k".repeat(44), alg: "RS256" };

/**
 * Where a token holds a text, and in what encoding; undefined where it does not. Searched are the bytes that travel,
 * the JSON inside them, and every text in that as a program reads it.
 */
export function whereFound(claims: TokenClaims, text: string): string | undefined {
  const json = JSON.stringify(claims);
  const inToken = encodingWithin([json, ...textsOf(claims), compact(json)], text);
  if (inToken === undefined) return undefined;
  for (const [name, value] of Object.entries(claims)) {
    const encoding = encodingWithin([JSON.stringify({ [name]: value }), ...textsOf([name, value])], text);
    if (encoding !== undefined) return `in claim \`${name}\`, ${encoding}`;
  }
  return `across claims, ${inToken}`;
}

/** Header and payload as they travel; a signature says nothing of either. */
function compact(json: string): string {
  return [JSON.stringify(HEADER), json].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value as object).flatMap((each: JsonValue) => textsOf(each));
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}
