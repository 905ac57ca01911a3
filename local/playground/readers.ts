import type { Plan, PlanProfile, PlanResourceServer } from "../../claims/plan.ts";
import { isPublicKey } from "../../claims/public-key.ts";
import { IAT_WINDOW } from "../../crypto/envelope-binding.ts";
import { openerWith } from "../../resource-server/opener.ts";
import { isOpenerError, OpenerError } from "../../resource-server/opener-error.ts";
import { type OpenerConfig, readOpenerOptions } from "../../resource-server/opener-options.ts";
import type { SealConfig } from "../../resource-server/seal-options.ts";
import type { VerifiedToken } from "../../resource-server/verify-access-token.ts";
import type { KeysInMemory } from "../keys-in-memory.ts";
import type { TokenKeys } from "../user-pool/token-keys.ts";
import { inEveryPartition } from "./every-partition.ts";
import type { KmsWatch } from "./kms-watch.ts";
import type { OpenedClaim, Reader } from "./messages.ts";

/** The access token that was sent, and for which pool. */
export type Sent = { readonly raw: string; readonly poolId: string };

/**
 * Lets every resource server open an access token, as `claimseal/open` would: the same opener, configured from the map.
 * Only the signature is checked by other code than AWS's library, whose clock cannot be set to the run's.
 */
export function readToken(
  plan: Plan,
  profile: PlanProfile | null,
  sent: Sent,
  tokenKeys: TokenKeys,
  keys: KeysInMemory,
  kms: KmsWatch,
): Promise<readonly Reader[]> {
  return Promise.all(
    Object.entries(plan.resourceServers).map(async ([name, server]): Promise<Reader> => {
      const config = configOf(plan, name, server, sent.poolId, keys);
      const { opened, refused } = await open(config, sent, tokenKeys, kms.reading(name, keys.reading));
      return {
        ...readerOf(name, server, kms),
        opened: opened?.map(([claim, value]) => openedClaim(profile, claim, value)) ?? null,
        refused,
      };
    }),
  );
}

/** The resource servers where there is no token to open. */
export function readersWithoutToken({ resourceServers }: Plan, kms?: KmsWatch): readonly Reader[] {
  const refused = { code: "NO_TOKEN", message: "there is no access token" };
  return Object.entries(resourceServers).map(([name, server]) => ({
    ...readerOf(name, server, kms),
    opened: null,
    refused,
  }));
}

function readerOf(
  name: string,
  { identifier, readers, seal }: PlanResourceServer,
  kms?: KmsWatch,
): Omit<Reader, "opened" | "refused"> {
  return {
    resourceServer: name,
    identifier,
    principals: readers,
    seal: seal ? { mode: seal.mode, key: seal.key, region: seal.region ?? null } : null,
    kmsCalls: kms?.calls.get(name) ?? [],
  };
}

type Opening = {
  readonly opened: readonly (readonly [claim: string, value: unknown])[] | null;
  readonly refused: Reader["refused"];
};

async function open(
  config: OpenerConfig,
  { raw }: Sent,
  tokenKeys: TokenKeys,
  ports: ReturnType<KmsWatch["reading"]>,
): Promise<Opening> {
  const verify = async (token: string): Promise<VerifiedToken> => {
    try {
      return (await tokenKeys.readAccessToken(token)) as VerifiedToken;
    } catch {
      throw new OpenerError("TOKEN_INVALID", "the token has a signature that does not verify");
    }
  };
  const opener = openerWith(config, { ...ports, verify, fetchKeys: async () => {} });
  try {
    const { sealed } = await opener.open(raw);
    return { opened: Object.entries(sealed).map(([claim, secret]) => [claim, secret.reveal()]), refused: null };
  } catch (error) {
    if (!isOpenerError(error)) throw error;
    return { opened: null, refused: { code: error.code, message: error.message } };
  }
}

/** As a service of this resource server is configured: one of its scopes, this map, its own key. */
function configOf(
  plan: Plan,
  name: string,
  { identifier, scopes, claim, seal }: PlanResourceServer,
  poolId: string,
  keys: KeysInMemory,
): OpenerConfig {
  const rest = { claim, optional: true, iatWindow: IAT_WINDOW, kmsCallsPerSecond: 100 };
  const sealed = (): SealConfig | null => {
    if (!seal) return null;
    const bindClient = seal.bindClient ?? false;
    // A service that serves every partition is configured with the keys of each.
    const all = inEveryPartition(plan, seal.key);
    if (seal.mode !== "asymmetric") return { ...rest, bindClient, mode: seal.mode, keys: all };
    return { ...rest, bindClient, mode: seal.mode, keys: all.map((key) => (isPublicKey(key) ? keys.readersKey : key)) };
  };
  const asked = scopes.length > 0 ? scopes.map((scope) => `${identifier}/${scope}`) : null;
  const given = {
    resourceServer: { name, identifier },
    userPoolId: ANY_POOL,
    clientId: null,
    scope: asked,
    map: plan.name,
  };
  // Pool and key may have any name here: those of a page are made up.
  return { ...readOpenerOptions({ ...given, seal: null }), userPoolIds: [poolId], seal: sealed() };
}

const ANY_POOL = "eu-central-1_Example01";

function openedClaim(profile: PlanProfile | null, name: string, value: unknown): OpenedClaim {
  return { name, value, class: profile?.claims.find((claim) => claim.name === name)?.class ?? "sensitive" };
}
