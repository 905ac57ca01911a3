import { createHash } from "node:crypto";
import { planDigest } from "./digest.ts";
import type { Plan } from "./plan.ts";

/** What was built, for whoever deploys it and whoever asks later what runs. */
export type Manifest = {
  readonly v: 1;
  /** What CLAIMSEAL_PLAN_SHA256 must be. */
  readonly planSha256: string;
  /** Of the bundle's files, one behind the other, those that are there: `cat index.mjs re2.mjs chain.mjs federation.mjs hooks.mjs | sha256sum`. */
  readonly bundleSha256: string;
  readonly map: string;
  readonly revision: string;
};

/**
 * The prebuilt files that run a plan, in the order of their digest: the pattern engine only where it has patterns, the
 * client of Lambda only where it chains a function, the trigger for identity providers only where it says what they send.
 */
export function bundleFiles({ patterns, sources, federation }: Plan): readonly string[] {
  const chains = Object.values(sources).some(({ kind }) => kind === "chain");
  const matches = patterns.length > 0 || (federation?.patterns ?? []).length > 0;
  return [
    "index.mjs",
    ...(matches ? ["re2.mjs"] : []),
    ...(chains ? ["chain.mjs"] : []),
    ...(federation ? ["federation.mjs"] : []),
  ];
}

/** The manifest of a plan and the files that will run it, in the order of `bundleFiles`; the owner's hooks come last. */
export function manifestOf(plan: Plan, ...bundle: readonly Uint8Array[]): Manifest {
  const digest = createHash("sha256");
  for (const file of bundle) digest.update(file);
  return {
    v: 1,
    planSha256: planDigest(plan),
    bundleSha256: digest.digest("hex"),
    map: plan.name,
    revision: plan.revision,
  };
}
