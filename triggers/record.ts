import type { RefusalCode } from "./refusal.ts";

/**
 * What was decided at one sign-in: names of the map and Cognito's own, codes, counts and times. There is no field for a
 * value of any attribute.
 */
export type DecisionRecord = {
  /** RFC 3339 in UTC, with milliseconds. */
  readonly ts: string;
  /** `shadow` whatever was decided, because the token stayed as it was. */
  readonly outcome: "issued" | "refused" | "shadow";
  /** The refusal's; in mode `shadow`, of the refusal there would have been. */
  readonly code?: RefusalCode;
  /** The refusal's own: which claim, source or field. */
  readonly detail?: string;
  readonly mode: "enforce" | "shadow" | "minimal";
  readonly map: string;
  readonly revision: string;
  /** Of the plan that is there, deployed or not. */
  readonly planSha256: string;
  /** Of the plan with its environment filled in; absent where the plan was not taken. */
  readonly resolvedSha256?: string;
  /** The map's name for it; absent where none matched, or none was looked for. */
  readonly profile?: string;
  /** What a client without a profile got. */
  readonly unmatched?: "bare" | "untouched";
  /** This and the next three: absent where the event could not be read. */
  readonly grant?: "user" | "client_credentials";
  readonly trigger?: string;
  readonly clientId?: string;
  /** Keyed hash of the `sub`, 22 characters of base64url. */
  readonly subject?: string;
  /** Claims in the clear, in either token. */
  readonly emitted: readonly string[];
  /** By their condition (`when`), by their value, or by what could not be done with it (`size`, `key`). */
  readonly omitted: readonly {
    readonly claim: string;
    readonly state: "when" | "absent" | "invalid" | "failed" | "error" | "size" | "key";
  }[];
  readonly sealed: readonly {
    /** By its name in the map. */
    readonly resourceServer: string;
    /** The first 8 characters of the key's id. */
    readonly keyId8: string;
    /** Of the data key, in seconds; null in modes without one. */
    readonly ageS: number | null;
    readonly claims: readonly string[];
  }[];
  /** Claims taken out of either token, as far as the map or Cognito names them; others are counted. */
  readonly suppressed: readonly string[];
  readonly suppressedOther: number;
  readonly scopesAdded: readonly string[];
  /** Those the map names; others are counted. */
  readonly scopesRemoved: readonly string[];
  readonly scopesRemovedOther: number;
  /** Sources answered by an older row, and how old it was, in seconds. */
  readonly stale: readonly { readonly source: string; readonly ageS: number }[];
  /** Estimated sizes of the tokens; 0 where there is none. */
  readonly bytes: { readonly access: number; readonly id: number };
  /** Milliseconds; waves of reads and sealing run at once, so the parts may come to more than the whole. */
  readonly ms: { readonly total: number; readonly sources: number; readonly seal: number };
  /** Requests sent for this event, second sends among them. */
  readonly calls: {
    readonly dynamodb: number;
    readonly kms: number;
    readonly retries: number;
    readonly hedges: number;
  };
  /** Whether it is the process's first event. */
  readonly cold: boolean;
  /** Lambda's id of the invocation. */
  readonly requestId?: string;
};

/** What was counted besides at the same event, for metrics alone. */
export type MetricCounts = {
  /** Answers of DynamoDB that said to slow down. */
  readonly dynamoThrottled: number;
  readonly kmsThrottled: number;
  /** Answers of KMS that will not change by asking again: the key's policy, state or name. */
  readonly kmsDenied: number;
  /** Errors that nobody caught. */
  readonly strays: number;
};
