import { bracketText } from "../../cognito/bracket-list.ts";
import { LONGEST_ATTRIBUTE } from "../../cognito/identity-providers.ts";
import type { Federated } from "../../cognito/read-federation.ts";
import { ClaimsError } from "../claims-error.ts";
import { evaluate, type World } from "../evaluate/evaluate.ts";
import type { Matching } from "../evaluate/match-patterns.ts";
import type { Fact, Value } from "../facts.ts";
import { readDeclared } from "../gather/declared-value.ts";
import type { Plan, PlanProvider } from "../plan.ts";

/** What enters the pool, in the map's order, and what of it was left out and why. */
export type KeptAttributes = {
  readonly kept: ReadonlyMap<string, string>;
  readonly left: readonly {
    readonly attribute: string;
    /** `size`: longer than a profile holds. */
    readonly state: "absent" | "invalid" | "failed" | "error" | "size";
  }[];
};

/**
 * The provider somebody comes from, by the plan.
 *
 * @throws {ClaimsError} `PROVIDER_NONE` for one that is not there, or is of another type than the map says.
 */
export function matchProvider({ federation }: Plan, { provider, providerType }: Federated): PlanProvider {
  const { providers = {} } = federation ?? {};
  const found = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (found === undefined) throw new ClaimsError("PROVIDER_NONE", "the map has no such identity provider");
  if (found.type === providerType) return found;
  throw new ClaimsError("PROVIDER_NONE", `the identity provider is not ${found.type}, as the map says`);
}

/**
 * Works out what enters the pool of what a provider sends: what the plan keeps, each value held against its declaration,
 * and nothing else.
 *
 * @param beforeEach Called before each attribute; may throw where there is no time for it.
 * @throws {ClaimsError} `ATTRIBUTE_REQUIRED` for one that is unknown; `ATTRIBUTES_NONE` when nothing at all is known,
 * because Cognito takes an empty answer for leave to store everything.
 */
export function resolveFederation(
  { attributes, keep }: PlanProvider,
  { attributes: sent }: Federated,
  { matches, covers }: Matching,
  beforeEach: () => void,
): KeptAttributes {
  const world = worldOfProvider({ attributes }, sent, { matches, covers });
  const kept = new Map<string, string>();
  const left: KeptAttributes["left"][number][] = [];
  for (const { name, value, required } of keep) {
    beforeEach();
    const outcome = evaluate(value, world);
    const text = outcome.known ? profileText(outcome.value) : undefined;
    const isFitting = text !== undefined && text.length <= LONGEST_ATTRIBUTE;
    if (isFitting) kept.set(name, text);
    else {
      const state = !outcome.known ? outcome.because : text === undefined ? "error" : "size";
      if (required)
        throw new ClaimsError("ATTRIBUTE_REQUIRED", `attribute "${name}" is required and unknown: ${state}`);
      left.push({ attribute: name, state });
    }
  }
  if (kept.size === 0) throw new ClaimsError("ATTRIBUTES_NONE", "nothing that the map keeps is known");
  return { kept, left };
}

/** What expressions see of what a provider sends: its declared attributes, each read once, and nothing else. */
export function worldOfProvider(
  { attributes }: Pick<PlanProvider, "attributes">,
  sent: Federated["attributes"],
  { matches, covers }: Matching,
): World {
  const seen = new Map<string, Fact>();
  const read = (name: string): Fact => {
    const declaration = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return declaration ? readDeclared(declaration, sent.get(name), { asText: true, covers }) : { state: "failed" };
  };
  return {
    look: ([, name = ""]) => {
      const fact = seen.get(name) ?? read(name);
      seen.set(name, fact);
      return fact;
    },
    matches,
    pseudonym: () => undefined,
  };
}

/** A value as text of a profile; a list so that `bracketList` reads it again. Undefined for one that cannot be. */
function profileText(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  return Array.isArray(value) ? (bracketText(value) ?? undefined) : undefined;
}
