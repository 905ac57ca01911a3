import { disclosedClaims, withoutDigests } from "./disclosed.ts";
import {
  type AnySealed,
  type Opened,
  type Opener,
  type OpenOptions,
  reveals,
  type Secrets,
  secrets,
} from "./opener.ts";
import type { OpenerConfig } from "./opener-options.ts";
import { wrong } from "./option-error.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/** A token, opened, and what its holder shows of the claims it has digests of. */
export type WithDisclosed<Claims = VerifiedToken, Sealed = AnySealed> = Opened<Claims, Sealed> & {
  /** By name. A claim that is not here was not shown, or has no value: which of the two, nobody can tell. */
  readonly disclosed: Secrets<AnySealed>;
};

export type DisclosingOptions = OpenOptions & {
  /** What the client sent along with the token, in any order. */
  readonly disclosures?: readonly string[];
};

/** Experimental: an opener that takes disclosures (RFC 9901). It opens everything else as any opener does. */
export type DisclosingOpener<Claims = VerifiedToken, Sealed = AnySealed> = Omit<Opener<Claims, Sealed>, "open"> & {
  /**
   * As `Opener.open`, and holds each disclosure to the token's digests, all or nothing.
   *
   * @throws {OpenerError} also with the codes that begin with `DISCLOSURE_`, and `DIGESTS_MALFORMED`.
   */
  readonly open: (accessToken: string, options?: DisclosingOptions) => Promise<WithDisclosed<Claims, Sealed>>;
};

/** Adds disclosures to an opener. What it does with a token without them stays as it is, but for the digests' own claims. */
export function disclosingOpener<Claims, Sealed>(
  opener: Opener<Claims, Sealed>,
  config: Pick<OpenerConfig, "identifier" | "onReveal" | "userPoolIds">,
): DisclosingOpener<Claims, Sealed> {
  return {
    ...opener,
    open: async (accessToken, { disclosures, ...options } = {}) => {
      if (disclosures !== undefined && !Array.isArray(disclosures))
        throw wrong("disclosures", "must be a list of texts");
      const opened = await opener.open(accessToken, options);
      const token = opened.claims as VerifiedToken;
      const disclosed = secrets(disclosedClaims(token, disclosures), reveals(config, token));
      return Object.freeze({ ...opened, claims: withoutDigests(opened.claims), disclosed });
    },
    verify: async (accessToken, options) => {
      const verified = await opener.verify(accessToken, options);
      disclosedClaims(verified.claims as VerifiedToken);
      return Object.freeze({ ...verified, claims: withoutDigests(verified.claims) });
    },
  };
}
