import { createHash } from "node:crypto";
import type { Plan } from "./plan.ts";

/**
 * The SHA-256 of a plan, in hex. Plans that say the same have the same digest, in whatever order their members were
 * written down; the order of lists, claims among them, is part of what a plan says.
 */
export function planDigest(plan: Plan): string {
  return createHash("sha256").update(canonicalJson(plan)).digest("hex");
}

/** The SHA-256 of a text, in base64url: its name where the text itself is long, or nobody's business. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** JSON with the members of every object in the order of their names' code units, as in RFC 8785 section 3.2.3. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  );
}
