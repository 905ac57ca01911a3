import { awaitWithSignal } from "./await-with-signal.ts";
import { type Clock, elapsed, type Moment, systemClock } from "./clock.ts";
import { CryptoError } from "./crypto-error.ts";
import type { DataKey, EncryptionContext, GenerateDataKey } from "./data-key.ts";

export type DataKeyLimits = {
  /** Age at which a data key is replaced, in milliseconds; up to 10 % earlier, so that instances do not ask together. */
  readonly maxAgeMs?: number;
  /** Tokens one data key serves, ever. Hygiene: key wrap needs no such bound. */
  readonly maxUses?: number;
  /** How long one shared request may take, in milliseconds. */
  readonly requestMs?: number;
  /** Pause between requests while a key is still held, in milliseconds. */
  readonly retryMs?: number;
};

/** The defaults of `DataKeyLimits`. */
export const DATA_KEY_LIMITS: Required<DataKeyLimits> = {
  maxAgeMs: 3_600_000,
  maxUses: 2 ** 20,
  requestMs: 1_400,
  retryMs: 5_000,
};

const JITTER = 0.1;

/** The share of its age or uses after which a key is renewed in the background, before anybody has to wait. */
const RENEW_AT = 0.8;

/** How many times its age a key may reach while KMS cannot be asked. */
const STRETCH = 2;

type Held = {
  readonly dataKey: DataKey;
  readonly born: Moment;
  readonly lifetimeMs: number;
  uses: number;
};

type Request = { readonly since: Moment; readonly outcome: Promise<Held> };

/** What is known of one key and context. */
type Slot = { held: Held | null; request: Request | null; failed: Moment | null };

/**
 * Lets many tokens share a data key: the same port as `generate`, asked about once an hour. Each caller is told how old
 * the key is.
 *
 * - One request at a time per key and context, with its own time limit: no caller's signal reaches it, and a caller
 *   that gives up leaves it to the others.
 * - A key is renewed in the background in the last fifth of its age or uses. While KMS cannot be asked it serves up to
 *   twice its age, never beyond its uses; `KEY_ACCESS_DENIED` drops it at once.
 * - Failures are never remembered in place of a key.
 *
 * There is one entry per key and context, and both come from configuration, so entries are not bounded here.
 * Ages count by two clocks (`clock.ts`), at use: no timer runs, since a frozen Lambda would not run it.
 *
 * @throws {RangeError} for limits under which a new key would be too old or used up before it served.
 */
export function dataKeyCache(
  generate: GenerateDataKey,
  limits: DataKeyLimits = {},
  now: Clock = systemClock,
  random: () => number = Math.random,
): GenerateDataKey {
  const { maxAgeMs, maxUses, requestMs, retryMs } = { ...DATA_KEY_LIMITS, ...limits };
  if (!(maxUses >= 1)) throw new RangeError("maxUses must be at least 1");
  if (!(maxAgeMs * (1 - JITTER) > requestMs)) throw new RangeError("maxAgeMs must leave a key longer than requestMs");
  const slots = new Map<string, Slot>();

  const ageOf = (held: Held): number => elapsed(held.born, now());

  const serves = (held: Held | null, stretch: number): held is Held =>
    held !== null && held.uses < maxUses && ageOf(held) < held.lifetimeMs * stretch;

  const use = (held: Held): DataKey => {
    held.uses += 1;
    return { ...held.dataKey, ageMs: ageOf(held) };
  };

  const renewalDue = (held: Held): boolean =>
    ageOf(held) >= held.lifetimeMs * RENEW_AT || held.uses >= maxUses * RENEW_AT;

  const failedJustNow = (slot: Slot): boolean => slot.failed !== null && elapsed(slot.failed, now()) < retryMs;

  /** The request under way, or a new one where there is none or the environment was frozen in the middle of it. */
  const request = (slot: Slot, keyId: string, context: EncryptionContext): Promise<Held> => {
    if (slot.request && elapsed(slot.request.since, now()) < requestMs) return slot.request.outcome;
    const since = now();
    const lifetimeMs = maxAgeMs * (1 - JITTER * random());
    const current: Request = {
      since,
      outcome: generate(keyId, context, AbortSignal.timeout(requestMs)).then(
        (dataKey) => {
          const held: Held = { dataKey, born: since, lifetimeMs, uses: 0 };
          if (slot.request === current) Object.assign(slot, { held, request: null, failed: null });
          return held;
        },
        (error: unknown) => {
          if (slot.request === current) {
            Object.assign(slot, { request: null, failed: now() });
            if (error instanceof CryptoError && error.code === "KEY_ACCESS_DENIED") slot.held = null;
          }
          throw error;
        },
      ),
    };
    slot.request = current;
    current.outcome.catch(() => {});
    return current.outcome;
  };

  return async (keyId, context, signal) => {
    const id = JSON.stringify([keyId, context["claimseal:aud"], context["claimseal:pool"], context["claimseal:v"]]);
    const slot = slots.get(id) ?? { held: null, request: null, failed: null };
    slots.set(id, slot);

    if (serves(slot.held, 1)) {
      const held = slot.held;
      if (renewalDue(held) && !failedJustNow(slot)) void request(slot, keyId, context).catch(() => {});
      return use(held);
    }
    if (failedJustNow(slot) && serves(slot.held, STRETCH)) return use(slot.held);
    for (;;) {
      try {
        const held = await awaitWithSignal(request(slot, keyId, context), signal);
        // Callers that waited together may have used it up between them.
        if (serves(held, 1)) return use(held);
      } catch (error) {
        if (serves(slot.held, STRETCH)) return use(slot.held);
        throw signal.aborted ? deadline() : error;
      }
    }
  };
}

function deadline(): CryptoError {
  return new CryptoError("KEY_UNAVAILABLE", "the data key did not arrive before the caller's deadline");
}
