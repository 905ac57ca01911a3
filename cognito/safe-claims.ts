import type { JsonValue } from "./json.ts";

declare const safe: unique symbol;

/** What one token gains and loses. */
export type TokenChange = {
  readonly add: ReadonlyMap<string, JsonValue>;
  readonly suppress: readonly string[];
};

/**
 * What becomes of a person's groups, in both tokens at once. They stay as Cognito sent them, or go with every role; or
 * some of them stay, and every role goes: an event does not tell which role belongs to which group.
 */
export type GroupChange = "leave" | "remove" | { readonly keepOnly: readonly string[] };

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
  readonly groups: GroupChange;
  readonly [safe]: true;
};
