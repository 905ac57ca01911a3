import type { JsonValue } from "./json.ts";

declare const safe: unique symbol;

/** What one token gains and loses. */
export type TokenChange = {
  readonly add: ReadonlyMap<string, JsonValue>;
  readonly suppress: readonly string[];
};

/**
 * Everything that may leave the trigger. Only `protectClaims` (`triggers/protect.ts`) makes one, and only one of these
 * can be written into a response, so a claim that was not protected has no way out.
 */
export type SafeClaims = {
  /** Changes to the ID token; null for machines, who get none. */
  readonly id: TokenChange | null;
  /** Changes to the access token; null on a V1 pool, whose access tokens cannot change. */
  readonly access:
    | (TokenChange & { readonly scopesToAdd: readonly string[]; readonly scopesToSuppress: readonly string[] })
    | null;
  /** `remove` takes groups, roles and preferred role out of both tokens. */
  readonly groups: "leave" | "remove";
  readonly [safe]: true;
};
