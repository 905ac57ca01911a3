import { randomBytes } from "node:crypto";
import { keep } from "./bounded-map.ts";
import type { SignInMarks } from "./token-issue.ts";

/** A sign-in that can be refreshed. Its `originJti` names it in every token that comes of it. */
export type SignIn = {
  readonly username: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly marks: SignInMarks;
};

/** What a refresh token stands for, or why it is good for nothing. */
export type RefreshToken =
  | { readonly state: "live"; readonly signIn: SignIn }
  /** Another one took its place, and its grace period is over. */
  | { readonly state: "rotated" }
  | { readonly state: "expired" | "revoked" | "unknown" };

/** The sign-ins of a pool and their refresh tokens. */
export type SignIns = {
  /** Gives the first refresh token. */
  readonly begin: (signIn: SignIn, lifetimeS: number) => string;
  readonly find: (refreshToken: string) => RefreshToken;
  /** The next refresh token, which ends when the first one would have; null when `refreshToken` is no longer live. */
  readonly rotate: (refreshToken: string, graceS: number) => string | null;
  /** Ends the sign-in behind a refresh token: none of its tokens is good for anything here from now on. */
  readonly end: (signIn: SignIn) => void;
  /** Ends every sign-in of a person, with whichever client. */
  readonly endAll: (username: string) => void;
  /** Whether tokens of this sign-in are still accepted. */
  readonly isLive: (originJti: string) => boolean;
};

type Entry = {
  readonly signIn: SignIn;
  readonly endsMs: number;
  /** When its grace period is over; null while it was never rotated. */
  readonly rotatedMs: number | null;
};

/** No sign-ins yet. Refresh tokens are 256 random bits. Assumed: rotated-lifetime. */
export function createSignIns(now: () => number): SignIns {
  const live = new Map<string, SignIn>();
  const tokens = new Map<string, Entry>();

  const issue = (entry: Entry): string => {
    const token = randomBytes(32).toString("base64url");
    keep(tokens, token, entry);
    return token;
  };
  const find = (token: string): RefreshToken => {
    const entry = tokens.get(token);
    if (entry === undefined) return { state: "unknown" };
    const { signIn, endsMs, rotatedMs } = entry;
    if (!live.has(signIn.marks.originJti)) return { state: "revoked" };
    if (now() >= endsMs) return { state: "expired" };
    return rotatedMs !== null && now() >= rotatedMs ? { state: "rotated" } : { state: "live", signIn };
  };

  return {
    begin: (signIn, lifetimeS) => {
      keep(live, signIn.marks.originJti, signIn);
      return issue({ signIn, endsMs: now() + lifetimeS * 1000, rotatedMs: null });
    },
    find,
    rotate: (token, graceS) => {
      const entry = tokens.get(token);
      if (entry === undefined || find(token).state !== "live") return null;
      // A retry within the grace period does not prolong it.
      tokens.set(token, { ...entry, rotatedMs: entry.rotatedMs ?? now() + graceS * 1000 });
      return issue({ ...entry, rotatedMs: null });
    },
    end: ({ marks }) => {
      live.delete(marks.originJti);
    },
    endAll: (username) => {
      for (const [originJti, signIn] of live) if (signIn.username === username) live.delete(originJti);
    },
    isLive: (originJti) => live.has(originJti),
  };
}
