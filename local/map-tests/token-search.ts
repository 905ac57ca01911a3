import type { JsonValue } from "../../cognito/json.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { encodingWithin } from "../leak-search.ts";

/** As Cognito's: what a token says of itself, in front of its payload. */
const HEADER = { kid: "k".repeat(44), alg: "RS256" };

/** Where a token holds a text: in one claim, or (null) across several. */
export type FoundInToken = { readonly claim: string | null; readonly encoding: string };

/** Where a token holds a text, in words; undefined where it does not. */
export function whereFound(claims: TokenClaims, text: string): string | undefined {
  const found = searchToken(claims)(text);
  if (found === undefined) return undefined;
  return found.claim === null ? `across claims, ${found.encoding}` : `in claim \`${found.claim}\`, ${found.encoding}`;
}

/**
 * Searches one token for texts, in every encoding. Searched are the bytes that travel, the JSON inside them, and every
 * text in that as a program reads it.
 */
export function searchToken(claims: TokenClaims): (text: string) => FoundInToken | undefined {
  const json = JSON.stringify(claims);
  const contents = [json, ...textsOf(claims), compact(json)];
  return (text) => {
    const inToken = encodingWithin(contents, text);
    return inToken === undefined ? undefined : (claimWith(claims, text) ?? { claim: null, encoding: inToken });
  };
}

function claimWith(claims: TokenClaims, text: string): FoundInToken | undefined {
  for (const [name, value] of Object.entries(claims)) {
    const encoding = encodingWithin([JSON.stringify({ [name]: value }), ...textsOf([name, value])], text);
    if (encoding !== undefined) return { claim: name, encoding };
  }
  return undefined;
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
