import { createHash } from "node:crypto";
import { planDigest } from "./digest.ts";
import type { Plan } from "./plan.ts";

/** What was built, for whoever deploys it and whoever asks later what runs. */
export type Manifest = {
  readonly v: 1;
  /** What CLAIMSEAL_PLAN_SHA256 must be. */
  readonly planSha256: string;
  /** Of the bundle's bytes. */
  readonly bundleSha256: string;
  readonly map: string;
  readonly revision: string;
};

/** The manifest of a plan and the bundle that will run it. */
export function manifestOf(plan: Plan, bundle: Uint8Array): Manifest {
  return {
    v: 1,
    planSha256: planDigest(plan),
    bundleSha256: createHash("sha256").update(bundle).digest("hex"),
    map: plan.name,
    revision: plan.revision,
  };
}
