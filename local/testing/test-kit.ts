import { readFile } from "node:fs/promises";
import type { Plan } from "../../claims/plan.ts";
import {
  type AnySealed,
  createOpener,
  type Opener,
  type OpenerOptions,
  type SealOptions,
  type VerifiedToken,
} from "../../resource-server/open.ts";
import type { OpenerCode } from "../../resource-server/opener-error.ts";
import { codeOf, FLAWS, type Flaw } from "./flaws.ts";
import { type Mint, mintToken } from "./mint.ts";
import { assertNamesOf, envelopeOfPlan } from "./plan-names.ts";
import { newTestIssuer, readTestIssuer, type TestIssuer, testJwks } from "./test-issuer.ts";
import { type KmsState, TEST_KEY_ARN, type TestKms, testKms } from "./test-kms.ts";
import {
  serversOfPlan,
  type TestServer,
  type TestServerOptions,
  type TestServers,
  testServer,
} from "./test-servers.ts";
import { TEST_CLIENT_ID, type TestToken } from "./test-token.ts";

/** What a kit is made of: a compiled claim map, or resource servers described by hand. */
export type TestKitOptions = {
  /** The issuer of `claimseal mint`, as a file or read; a new one where not given. */
  readonly issuer?: string | TestIssuer;
} & (
  | {
      /** What `claimseal build` wrote to `plan.json`: its path, or its content. Names in tokens are held to it. */
      readonly plan: string | Plan;
    }
  | {
      /** By their names in the claim map. */
      readonly resourceServers: { readonly [name: string]: TestServerOptions };
      /** The claim map's name; null for tokens that no map has touched. */
      readonly map: string | null;
    }
);

/** Options of an opener for tests: those of `createOpener`, of which nothing needs to be given. */
export type KitOpenerOptions = Partial<Pick<OpenerOptions, "clientId" | "scope" | "map" | "onReveal">> &
  Pick<SealOptions, "optional" | "iatWindow">;

/** An issuer of test tokens, and the openers that take them. Nothing leaves the process. */
export type TestKit = {
  /** An opener of one resource server, as `createOpener` makes it, to inject where a service takes one. */
  readonly opener: <Claims = VerifiedToken, Sealed = AnySealed>(
    resourceServer: string,
    options?: KitOpenerOptions,
  ) => Opener<Claims, Sealed>;
  /**
   * A signed token.
   *
   * @throws {TypeError} for names that the claim map does not have, or that only Cognito writes.
   */
  readonly mint: (token?: TestToken) => Promise<string>;
  /** Every way in which a token can be bad, and the code an opener of this server refuses it with. */
  readonly flaws: (resourceServer: string) => readonly (readonly [flaw: Flaw, code: OpenerCode])[];
  /** How KMS answers from now on, to see what a service makes of an outage. */
  readonly kms: (state: KmsState) => void;
  /** How often openers have asked KMS. */
  readonly kmsCalls: () => number;
};

/**
 * Puts an issuer, a KMS and the resource servers of a map or of a test together.
 *
 * @throws {TypeError} for an issuer or a plan that is none.
 */
export async function testKit(options: TestKitOptions): Promise<TestKit> {
  const plan = "plan" in options ? await readPlan(options.plan) : null;
  const servers: TestServers = plan
    ? serversOfPlan(plan)
    : Object.fromEntries(
        Object.entries("resourceServers" in options ? options.resourceServers : {}).map(
          ([name, server]) => [name, testServer(name, server)] as const,
        ),
      );
  const map = plan ? plan.name : "map" in options ? options.map : null;
  const issuer = await readIssuer(options.issuer);
  const kms = testKms(issuer);
  const mint: Mint = {
    issuer,
    kms,
    servers,
    cmv: plan ? `${plan.name}@${plan.revision}` : map && `${map}@test`,
    envelope: (server, given) => (plan ? envelopeOfPlan(plan, server, given) : { claims: [], padTo: null }),
  };
  const server = (name: string): TestServer => {
    const found = Object.hasOwn(servers, name) ? servers[name] : undefined;
    if (found) return found;
    throw new TypeError(`there is no resource server "${name}"; there are: ${Object.keys(servers).join(", ")}`);
  };
  return {
    opener: (name, given = {}) => {
      const { optional, iatWindow, clientId = TEST_CLIENT_ID, scope = null, ...rest } = given;
      const { identifier, seal } = server(name);
      return openerOf(issuer, kms, {
        clientId,
        scope,
        map,
        ...rest,
        resourceServer: { name, identifier },
        seal: seal && {
          mode: seal.mode,
          keys: [],
          bindClient: seal.bindClient,
          ...(optional !== undefined && { optional }),
          ...(iatWindow && { iatWindow }),
        },
      });
    },
    mint: async (token = {}) => {
      if (plan) assertNamesOf(plan, token);
      return mintToken(mint, token);
    },
    flaws: (name) => {
      const { seal } = server(name);
      const flaws = Object.keys(FLAWS) as Flaw[];
      return flaws
        .filter((flaw) => seal !== null || !flaw.endsWith("envelope"))
        .map((flaw) => [flaw, codeOf(flaw, seal?.mode)] as const);
    },
    kms: kms.set,
    kmsCalls: kms.calls,
  };
}

/** `createOpener`, with the pool, the keys and the way to KMS replaced by the test's. */
export function openerOf<Claims, Sealed>(
  issuer: TestIssuer,
  kms: TestKms,
  { seal, ...options }: Omit<OpenerOptions, "userPoolId" | "jwks">,
): Opener<Claims, Sealed> {
  return createOpener<Claims, Sealed>({
    ...options,
    userPoolId: issuer.userPoolId,
    seal: seal && { ...seal, keys: [TEST_KEY_ARN] },
    jwks: { fetch: async () => testJwks(issuer) },
    kms: kms.sender,
  });
}

async function readPlan(given: string | Plan): Promise<Plan> {
  const plan = typeof given === "string" ? ((await readJson(given)) as Plan) : given;
  if (plan?.v === 1 && typeof plan.name === "string" && Array.isArray(plan.profiles)) return plan;
  throw new TypeError("plan: expected what claimseal build writes to plan.json");
}

async function readIssuer(given: string | TestIssuer | undefined): Promise<TestIssuer> {
  if (given === undefined) return newTestIssuer();
  return readTestIssuer(typeof given === "string" ? await readJson(given) : given);
}

/** A parser's own complaint quotes the file, so it is not passed on. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${path}: not valid JSON`);
  }
}
