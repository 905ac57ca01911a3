import type { JsonValue } from "../../cognito/json.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import type { Allowances } from "./allowances.ts";
import type { Keys } from "./keys.ts";
import { partsOf, type WrittenClaim, type WrittenServer } from "./map-document.ts";
import type { Sink } from "./scanner.ts";
import type { Scene } from "./scene.ts";
import { placeOf } from "./stored.ts";
import { modelOf, type World } from "./world.ts";

/** What opening the envelopes of one token showed. */
export type Opened = {
  /** Each opened claim, where only its own values belong. */
  readonly sinks: readonly Sink[];
  readonly problems: readonly string[];
  readonly opened: { readonly envelopes: number; readonly values: number };
};

/**
 * Opens every envelope of an access token as its resource server would, and compares what is inside with what the map
 * and the event's facts say; then tries it with a key of somebody else's.
 */
export async function checkOpened(
  world: World,
  scene: Scene,
  keys: Keys,
  accessToken: TokenClaims,
  allowances: Allowances,
): Promise<Opened> {
  const sinks: Sink[] = [];
  const problems: string[] = [];
  let [envelopes, values] = [0, 0];
  const meant = new Set(allowances.envelopes.values());
  const strangers = Object.keys(accessToken).filter((name) => name.startsWith("sealed_") && !meant.has(name));
  problems.push(...strangers.map((name) => `${name}: nothing is sealed for this server`));
  for (const [server, { identifier, seal }] of Object.entries(world.document.resourceServers)) {
    const claim = allowances.envelopes.get(server);
    const value = claim === undefined ? undefined : accessToken[claim];
    if (claim === undefined || seal === undefined) continue;
    const isDue = holdsScopeOf(accessToken, identifier) && !scene.fault.startsWith("key ");
    if (isDue !== (value !== undefined))
      problems.push(`${claim}: ${isDue ? "missing" : "there without a scope of its server"}`);
    if (value === undefined) continue;
    envelopes += 1;
    const inside = await open(world, scene, keys, accessToken, { identifier, seal }, value);
    if (typeof inside === "string") {
      problems.push(`${claim}: ${inside}`);
      continue;
    }
    const expected = expectedIn(world, scene, server);
    if (JSON.stringify([...inside.keys()]) !== JSON.stringify(expected.map(([name]) => name))) {
      problems.push(`${claim}: holds ${[...inside.keys()].join(", ")}`);
    }
    for (const [name, right] of expected) {
      const found = JSON.stringify(inside.get(name) ?? null);
      if (found !== "null") values += 1;
      if (right !== undefined && found !== JSON.stringify(right))
        problems.push(`${claim}: ${name} is not what it should be`);
      sinks.push({ place: `${claim}, ${name}`, content: found, allowed: allowances.inSealed(name) });
    }
  }
  return { sinks, problems, opened: { envelopes, values } };
}

/** The claims inside, or what is wrong with the envelope. */
async function open(
  world: World,
  { event, facts }: Scene,
  keys: Keys,
  { sub, iat }: TokenClaims,
  { identifier, seal }: Pick<WrittenServer, "identifier"> & { readonly seal: NonNullable<WrittenServer["seal"]> },
  value: JsonValue,
): Promise<ReadonlyMap<string, JsonValue> | string> {
  const keyId = placeOf(world, facts, seal.key) ?? "";
  const context: EncryptionContext = {
    "claimseal:aud": identifier,
    "claimseal:pool": (event as { readonly userPoolId: string }).userPoolId,
    "claimseal:v": "1",
  };
  if (typeof value !== "string" || typeof sub !== "string" || typeof iat !== "number") return "is in no token";
  const token = { sub, iat };
  try {
    await openEnvelope(value, token, async () => keys.foreign(keyId, context));
    return "opens with a key of another server";
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== "SEALED_INTEGRITY") return "does not fail with a foreign key";
  }
  try {
    return await openEnvelope(value, token, (wrapped) => keys.unwrap(keyId, context, wrapped));
  } catch {
    return "does not open with its own key";
  }
}

/** The claims an envelope should hold, in order; undefined where the model cannot say. */
function expectedIn(world: World, scene: Scene, server: string): readonly (readonly [string, JsonValue | undefined])[] {
  return Object.entries(partsOf(world.document, scene.profile).claims)
    .filter(([, { sealFor = [] }]) => sealFor.includes(server))
    .map(([name, claim]) => [name, expectedOf(world, scene, claim)]);
}

function expectedOf(
  world: World,
  { facts, fault, unsure }: Scene,
  { value, when, effect, otherwise }: WrittenClaim,
): JsonValue | undefined {
  // What a malformed event still says of the person is not modelled.
  if (fault === "malformed event") return undefined;
  const holds = when === undefined ? () => true : modelOf(world, unsure, when);
  const model = modelOf(world, unsure, value);
  if (holds === undefined || model === undefined) return undefined;
  const isDue = holds(facts);
  if (isDue === false) return null;
  const found = isDue === true ? model(facts) : undefined;
  return found ?? (effect === "restricts" ? (otherwise ?? null) : null);
}

function holdsScopeOf({ scope }: TokenClaims, identifier: string): boolean {
  return typeof scope === "string" && scope.split(" ").some((each) => each.startsWith(`${identifier}/`));
}
