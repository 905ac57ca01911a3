import { randomUUID } from "node:crypto";
import { defaultClaims, type Issued } from "../../cognito/default-claims.ts";
import { claimRule } from "../../cognito/reserved-claims.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import type { Binding } from "../../crypto/envelope-binding.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";
import type { Flaw } from "./flaws.ts";
import { newTestIssuer, signTestToken, type TestIssuer } from "./test-issuer.ts";
import type { TestKms } from "./test-kms.ts";
import type { TestServers } from "./test-servers.ts";
import { TEST_CLIENT_ID, TEST_SUB, type TestToken } from "./test-token.ts";

/** What tokens are made with. */
export type Mint = {
  readonly issuer: TestIssuer;
  readonly kms: TestKms;
  readonly servers: TestServers;
  /** What `cmv` says where a token does not. */
  readonly cmv: string | null;
  /** The claims to seal for a server beside those a test gave, and the length to pad to. */
  readonly envelope: (resourceServer: string, given: readonly string[]) => EnvelopeShape;
};

/** `claims` have no value unless a test gives one. */
export type EnvelopeShape = { readonly claims: readonly string[]; readonly padTo: number | null };

const ANOTHER_SUB = "7e57ab1e-0000-4000-8000-00000000ffff";
const FOREIGN_ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Foreign000";
const HOUR = 3_600;
const DAY = 86_400;

/**
 * Makes a signed token as Cognito would: its own claims, then those of a map, envelopes under real data keys.
 *
 * @throws {TypeError} for claims that no map could put there.
 */
export async function mintToken(mint: Mint, token: TestToken = {}): Promise<string> {
  const { issuer, servers } = mint;
  const { flaw, claims = {}, clientId: client = TEST_CLIENT_ID } = token;
  const clientId = flaw === "foreign-client" ? `${client}x` : client;
  const use = flaw === "id-token" ? "id" : (token.tokenUse ?? "access");
  const scopes = token.scopes ?? Object.values(servers).flatMap((server) => server.scopes);
  const { iat, exp } = timesOf(token);
  // There is no ID token without `openid`.
  const granted = use === "id" ? ["openid"] : flaw === "without-scopes" ? [] : scopes;
  const subject = subjectOf({ ...token, clientId, scopes: granted }, issuer.userPoolId);
  for (const name of Object.keys(claims)) assertFree(use, name);

  const own = defaultClaims(subject, { ...issued(iat, exp), scopes: subject.scopes });
  const payload = {
    ...Object.fromEntries(own[use] ?? own.access),
    ...(use === "access" && (await envelopes(mint, token, scopes, { sub: subject.sub, iat, clientId }))),
    ...(use === "access" && cmvOf(mint, token)),
    ...claims,
    ...(flaw === "foreign-pool" && { iss: FOREIGN_ISSUER }),
  };
  return signTestToken(flaw === "foreign-signature" ? impostor(issuer) : issuer, payload);
}

/** Seconds since 1970. One that has expired was issued before that, as all are. */
function timesOf({ flaw, expiresIn = HOUR }: TestToken): { readonly iat: number; readonly exp: number } {
  const now = Math.floor(Date.now() / 1000);
  if (flaw === "expired") return { iat: now - DAY, exp: now - DAY + HOUR };
  if (flaw === "not-yet-issued") return { iat: now + DAY, exp: now + DAY + HOUR };
  return { iat: Math.min(now, now + expiresIn), exp: now + expiresIn };
}

function cmvOf({ cmv }: Mint, token: TestToken): { readonly cmv?: string } {
  if (token.flaw === "foreign-map") return { cmv: "another-map@1" };
  const said = token.cmv === undefined ? cmv : token.cmv;
  return said === null || token.flaw === "ungoverned" ? {} : { cmv: said };
}

/** For every server that has a scope in the token, as the trigger does it, and for those a test has claims for. */
async function envelopes(
  mint: Mint,
  { sealed = {}, flaw }: TestToken,
  scopes: readonly string[],
  binding: Required<Pick<Binding, "sub" | "iat" | "clientId">>,
): Promise<TokenClaims> {
  if (flaw === "without-envelope") return {};
  const granted = Object.entries(mint.servers).flatMap(([name, { identifier, seal }]) =>
    seal !== null && scopes.some((scope) => scope.startsWith(`${identifier}/`)) ? [name] : [],
  );
  const names = new Set([...granted, ...Object.keys(sealed)]);
  const sealing = [...names].map((name) => envelope(mint, name, sealed[name] ?? {}, binding, flaw));
  return Object.fromEntries(await Promise.all(sealing));
}

/** Another key under the id of the issuer's. */
function impostor({ userPoolId, signing: { kid } }: TestIssuer): TestIssuer {
  const other = newTestIssuer(userPoolId);
  return { ...other, signing: { ...other.signing, kid } };
}

async function envelope(
  { issuer, kms, servers, envelope: shape }: Mint,
  name: string,
  values: { readonly [claim: string]: Json },
  { sub, iat, clientId }: Required<Pick<Binding, "sub" | "iat" | "clientId">>,
  flaw: Flaw | undefined,
): Promise<readonly [claim: string, value: string]> {
  const server = servers[name];
  if (!server?.seal) {
    throw new TypeError(`sealed: there is no resource server "${name}" with sealed claims; ${listed(servers)}`);
  }
  const { claims: names, padTo } = shape(name, Object.keys(values));
  const claims = new Map<string, Json>([...names.map((each) => [each, null] as const), ...Object.entries(values)]);
  const { mode, bindClient } = server.seal;
  const binding: Binding = {
    sub: flaw === "swapped-envelope" ? ANOTHER_SUB : sub,
    iat: flaw === "stale-envelope" ? iat - DAY : iat,
    ...(bindClient && { clientId }),
  };
  const context = encryptionContext(server.identifier, issuer.userPoolId);
  const value = await {
    envelope: async () => sealEnvelope(claims, binding, kms.dataKey(context), padTo),
    asymmetric: async () => {
      const place = { audience: server.identifier, poolId: issuer.userPoolId };
      return sealAsymmetric(claims, { ...binding, place }, kms.publicKey, padTo);
    },
    direct: () =>
      sealDirect(
        claims,
        binding,
        async (plaintext) => kms.encrypt(directContext(context, binding.sub), plaintext),
        padTo,
      ),
  }[mode]();
  if (flaw === "malformed-envelope") return [server.claim, value.slice(2)];
  return [server.claim, flaw === "broken-envelope" ? broken(value) : value];
}

/** Well-formed, with the first byte of the ciphertext's authentication tag turned. */
function broken(value: string): string {
  const at = value.length - 22;
  return `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`;
}

function subjectOf(
  { sub = TEST_SUB, grant = "user", clientId = TEST_CLIENT_ID, groups = [], scopes = [] }: TestToken,
  poolId: string,
): Subject {
  const isMachine = grant === "client_credentials";
  return {
    shape: "V2",
    poolId,
    region: poolId.split("_")[0] ?? "",
    clientId,
    grant,
    trigger: isMachine ? "TokenGeneration_ClientCredentials" : "TokenGeneration_HostedAuth",
    userName: sub,
    sub: isMachine ? clientId : sub,
    attributes: new Map(),
    groups,
    groupConfiguration: { groupsToOverride: [...groups], iamRolesToOverride: [], preferredRole: null },
    scopes,
    metadata: new Map(),
  };
}

function issued(iat: number, exp: number): Issued {
  return {
    iat,
    exp: { id: exp, access: exp },
    authTime: iat,
    jti: { id: randomUUID(), access: randomUUID() },
    originJti: randomUUID(),
    eventId: randomUUID(),
  };
}

function assertFree(use: "access" | "id", name: string): void {
  if (name === "cmv" || name.startsWith("sealed_")) {
    throw new TypeError(`claims: "${name}" is written by claimseal; give ${name === "cmv" ? "cmv" : "sealed"} instead`);
  }
  if (claimRule(use, name) !== "free") {
    throw new TypeError(`claims: "${name}" is written by Cognito, and no claim map can; see the other members`);
  }
}

function listed(servers: TestServers): string {
  const names = Object.keys(servers).filter((name) => servers[name]?.seal);
  return names.length === 0 ? "none was given" : `there are: ${names.join(", ")}`;
}
