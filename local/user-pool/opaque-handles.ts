import { randomBytes } from "node:crypto";
import { keep } from "./bounded-map.ts";

/** What a handle stands for, or why it stands for nothing. */
export type Handle<T> =
  | { readonly state: "live"; readonly value: T }
  | { readonly state: "expired" }
  | { readonly state: "unknown" };

/** Random names for things the pool remembers for a while: challenge sessions, authorization codes, browser sessions. */
export type OpaqueHandles<T> = {
  readonly issue: (value: T, lifetimeS: number) => string;
  readonly find: (handle: string) => Handle<T>;
  readonly forget: (handle: string) => void;
};

/** Handles of 256 random bits, good until their time is over or they are forgotten. */
export function createHandles<T>(now: () => number, random: (bytes: number) => Buffer = randomBytes): OpaqueHandles<T> {
  const kept = new Map<string, { readonly value: T; readonly endsMs: number }>();
  return {
    issue: (value, lifetimeS) => {
      const handle = random(32).toString("base64url");
      keep(kept, handle, { value, endsMs: now() + lifetimeS * 1000 });
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
