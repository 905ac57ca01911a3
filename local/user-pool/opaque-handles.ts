import { randomBytes } from "node:crypto";

/** What a handle stands for, or why it stands for nothing. */
export type Handle<T> =
  | { readonly state: "live"; readonly value: T }
  | { readonly state: "expired" }
  | { readonly state: "unknown" };

/** Random names for things the pool remembers: refresh tokens and challenge sessions. */
export type OpaqueHandles<T> = {
  readonly issue: (value: T, lifetimeS: number) => string;
  readonly find: (handle: string) => Handle<T>;
  readonly forget: (handle: string) => void;
};

/** Handles kept at most; the oldest go first, so that a soak test cannot fill the memory. */
const capacity = 100_000;

/** Handles of 256 random bits, good until their time is over or they are forgotten. */
export function createHandles<T>(now: () => number, random: (bytes: number) => Buffer = randomBytes): OpaqueHandles<T> {
  const kept = new Map<string, { readonly value: T; readonly endsMs: number }>();
  return {
    issue: (value, lifetimeS) => {
      const handle = random(32).toString("base64url");
      kept.set(handle, { value, endsMs: now() + lifetimeS * 1000 });
      const [oldest] = kept.keys();
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
      return handle;
    },
    find: (handle) => {
      const entry = kept.get(handle);
      if (entry === undefined) return { state: "unknown" };
      return now() < entry.endsMs ? { state: "live", value: entry.value } : { state: "expired" };
    },
    forget: (handle) => {
      kept.delete(handle);
    },
  };
}
