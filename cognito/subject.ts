import type { GroupConfiguration } from "./trigger-event.ts";

/** Who a token is for and what Cognito said of them: the event, read once, with every absence made explicit. */
export type Subject = {
  /** The response shape the pool takes. V3 shares V2's; the event's `version` alone decides nothing. */
  readonly shape: "V1" | "V2";
  readonly poolId: string;
  readonly region: string;
  readonly clientId: string;
  readonly grant: "user" | "client_credentials";
  readonly trigger: string;
  readonly userName: string;
  /** The token's `sub`: the person's, or the client id of a machine. */
  readonly sub: string;
  /** A person's attributes as Cognito sends them, all text; empty for machines. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly groups: readonly string[];
  readonly groupConfiguration: GroupConfiguration | null;
  /** The scopes Cognito is about to grant; empty on V1. */
  readonly scopes: readonly string[];
  /** What the caller sent along. Chosen by the caller: never proof of anything. */
  readonly metadata: ReadonlyMap<string, string>;
};
