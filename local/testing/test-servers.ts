import type { Plan } from "../../claims/plan.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";

/** A resource server as tests know it; what is left out is as a claim map has it by default. */
export type TestServerOptions = {
  /** The identifier in the user pool, where it is not the name. */
  readonly identifier?: string;
  /** Names of its scopes, without the identifier. */
  readonly scopes?: readonly string[];
  /** How its claims are sealed; null where it has none. */
  readonly seal?: { readonly mode?: SealMode; readonly bindClient?: boolean } | null;
};

export type TestServer = {
  readonly identifier: string;
  /** The token's claim that carries its envelope. */
  readonly claim: string;
  /** With the identifier in front, as tokens have them. */
  readonly scopes: readonly string[];
  readonly seal: { readonly mode: SealMode; readonly bindClient: boolean } | null;
};

export type TestServers = { readonly [name: string]: TestServer };

/** The server of this name, with everything that was left out. */
export function testServer(
  name: string,
  { identifier = name, scopes = [], seal = {} }: TestServerOptions = {},
): TestServer {
  return {
    identifier,
    claim: `sealed_${name.replaceAll("-", "_")}`,
    scopes: scopes.map((scope) => `${identifier}/${scope}`),
    seal: seal && { mode: seal.mode ?? "envelope", bindClient: seal.bindClient ?? false },
  };
}

/** The resource servers of a claim map. One without sealed claims has no envelope. */
export function serversOfPlan({ resourceServers, profiles }: Plan): TestServers {
  return Object.fromEntries(
    Object.entries(resourceServers).map(([name, { identifier, scopes, seal }]) => {
      const isSealedFor = profiles.some(({ envelopes }) => envelopes.some((each) => each.resourceServer === name));
      return [name, testServer(name, { identifier, scopes, seal: (isSealedFor && seal) || null })];
    }),
  );
}
