import type { AnySealed, Opener, OpenerOptions, SealOptions, VerifiedToken } from "../../resource-server/open.ts";
import { mintToken } from "./mint.ts";
import { newTestIssuer, readTestIssuer, type TestIssuer } from "./test-issuer.ts";
import { openerOf, type TestKit, type TestKitOptions, testKit } from "./test-kit.ts";
import { type TestKms, testKms } from "./test-kms.ts";
import { type TestServerOptions, type TestServers, testServer } from "./test-servers.ts";
import type { TestToken } from "./test-token.ts";

/**
 * `createOpener`'s options. The pool, the keys and the ways to both are the test's own: what is given for them is not
 * used, so a service's own options can be handed over as they are.
 */
export type TestOpenerOptions = Omit<OpenerOptions, "userPoolId" | "seal" | "jwks"> & {
  /** Mode `envelope` where not given. */
  readonly seal?: (Partial<Omit<SealOptions, "keys">> & { readonly keys?: readonly unknown[] }) | null;
  /** Of `claimseal mint`; where not given, all tests of this process share one. */
  readonly issuer?: TestIssuer;
  readonly userPoolId?: unknown;
  readonly jwks?: unknown;
  readonly kms?: unknown;
};

/** A token, and what it is made of where no kit knows. */
export type MintOptions = TestToken & {
  /** The claim map's name. Without it, and without `cmv`, no map has touched the token. */
  readonly map?: string;
  /** Those that seal in another mode than `envelope`, or whose identifier is not their name. */
  readonly resourceServers?: { readonly [name: string]: TestServerOptions };
  readonly issuer?: TestIssuer;
};

/**
 * An opener for tests: takes the tokens of `mintTestToken` and nobody else's, opens their envelopes, and asks neither
 * Cognito nor AWS. Everything else about it is as `createOpener` makes it.
 *
 * ```ts
 * const app = createApp({ opener: createTestOpener(options) });
 * ```
 *
 * @throws {TypeError} as `createOpener` does.
 * @throws {Error} where this is no test: `NODE_ENV` is production, or this is a Lambda function.
 */
export function createTestOpener<Claims = VerifiedToken, Sealed = AnySealed>(
  options: TestOpenerOptions,
): Opener<Claims, Sealed> {
  refuseInProduction();
  const { issuer: given, seal = {}, userPoolId: _pool, jwks: _jwks, kms: _kms, ...rest } = options;
  const { issuer, kms } = worldOf(given);
  return openerOf(issuer, kms, { ...rest, seal: seal && { mode: "envelope", ...seal, keys: [] } });
}

/**
 * A signed token that `createTestOpener` takes, or, with a `flaw`, one that it refuses.
 *
 * ```ts
 * const token = await mintTestToken({
 *   map: "clinic-eu", scopes: ["care-api/chart.read"], sealed: { "care-api": { licence_no: "DE-1" } },
 * });
 * ```
 *
 * @throws {TypeError} for claims that no claim map could put there.
 */
export async function mintTestToken(options: MintOptions = {}): Promise<string> {
  refuseInProduction();
  const { issuer: given, map = null, resourceServers = {}, ...token } = options;
  const { issuer, kms } = worldOf(given);
  const named = Object.fromEntries(Object.keys(token.sealed ?? {}).map((name) => [name, {}]));
  const servers: TestServers = Object.fromEntries(
    Object.entries({ ...named, ...resourceServers }).map(([name, server]) => [name, testServer(name, server)]),
  );
  const envelope = () => ({ claims: [], padTo: null });
  return mintToken({ issuer, kms, servers, cmv: map && `${map}@test`, envelope }, token);
}

/**
 * Makes everything the tests of a service need at once: `kit.opener(...)` to inject, `kit.mint(...)` for tokens. Made
 * from a plan, it knows the claim map's names and refuses others.
 *
 * ```ts
 * const kit = await createTestKit({ plan: ".claimseal/plan.json" });
 * const app = createApp({ opener: kit.opener("care-api", { scope: "care-api/chart.read" }) });
 * const token = await kit.mint({ sealed: { "care-api": { licence_no: "DE-1" } } });
 * ```
 *
 * @throws {TypeError} for an issuer or a plan that is none.
 * @throws {Error} where this is no test: `NODE_ENV` is production, or this is a Lambda function.
 */
export async function createTestKit(options: TestKitOptions): Promise<TestKit> {
  refuseInProduction();
  return testKit(options);
}

type World = { readonly issuer: TestIssuer; readonly kms: TestKms };

const SHARED = Symbol.for("claimseal.testing");

/** Shared by name, because a test that imports and a service that requires have a copy of this module each. */
function worldOf(issuer: TestIssuer | undefined): World {
  if (issuer !== undefined) return madeOf(readTestIssuer(issuer));
  const shared = globalThis as { [SHARED]?: World };
  shared[SHARED] ??= madeOf(newTestIssuer());
  return shared[SHARED];
}

function madeOf(issuer: TestIssuer): World {
  return { issuer, kms: testKms(issuer) };
}

/** Whoever holds an issuer can make any token, so no service that serves anybody may take them. */
function refuseInProduction(): void {
  const { NODE_ENV, AWS_LAMBDA_FUNCTION_NAME } = process.env;
  if (NODE_ENV !== "production" && AWS_LAMBDA_FUNCTION_NAME === undefined) return;
  throw new Error("claimseal/testing takes tokens that anybody can make: it does not run in production");
}
