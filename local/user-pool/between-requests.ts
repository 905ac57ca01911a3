import type { AgreedTokens } from "./token-issue.ts";

/** What waits behind an authorization code. */
export type AuthorizationCode = {
  readonly username: string;
  readonly agreed: AgreedTokens;
  /** What the code was asked for with, and is exchanged against. */
  readonly request: {
    readonly redirectUri: string;
    readonly codeChallenge: string | null;
    readonly nonce: string | null;
  };
};

/** An exchange that waits for the client's signature. */
export type SrpChallenge = {
  readonly clientId: string;
  readonly username: string;
  readonly realm: string;
  readonly id: string;
  /** The device that the sign-in says it takes place on. */
  readonly deviceKey: string | undefined;
  readonly key: Buffer;
};

/** What a client is told of an exchange. */
export type SrpChallengeParameters = {
  readonly salt: string;
  readonly serverPublic: string;
  readonly secretBlock: string;
  readonly id: string;
};
