import type { JsonValue } from "./json.ts";

/** The payload of one token. */
export type TokenClaims = { readonly [name: string]: JsonValue };
