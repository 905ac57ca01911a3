import type { OpenerCode } from "../../resource-server/open.ts";

/** One attempt of a person to open a token: who, when, what and why. Never a value, a subject or a token. */
export type AuditLine = {
  readonly event: "claimseal.decrypt";
  /** When, ISO 8601. */
  readonly ts: string;
  /** `opened`, or what stood in the way. */
  readonly outcome: "opened" | OpenerCode;
  readonly caller: Caller;
  /** The resource server's name in the map. */
  readonly resourceServer: string;
  readonly map: string;
  readonly userPoolId: string;
  /** The token's `jti`, and its subject by `subjectHash`; null where the token did not verify. */
  readonly tokenId: string | null;
  readonly subject: string | null;
  /** The claims that were opened, by name. */
  readonly claims: readonly string[];
  /** Whether their values were shown. */
  readonly revealed: boolean;
  readonly reason: string;
};

/** As this machine knows the caller; what KMS knows stands in CloudTrail, under the same access key. */
export type Caller = {
  readonly user: string | null;
  readonly profile: string | null;
  /** The last four characters of the access key's id. */
  readonly accessKey: string | null;
  readonly account: string | null;
};
