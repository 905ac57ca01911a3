import { readFileSync } from "node:fs";
import { ClaimsError } from "../claims/claims-error.ts";
import type { Plan } from "../claims/plan.ts";

/**
 * The plan that lies beside a bundle, looked at no closer than the start needs: whether it is the one that was deployed,
 * its digest tells.
 *
 * @param bundle Its own address.
 * @throws {ClaimsError} `PLAN_MISSING`.
 */
export function planBeside(bundle: string): Plan {
  try {
    const read = JSON.parse(readFileSync(new URL("./plan.json", bundle), "utf8")) as Plan;
    if (Array.isArray(read.patterns) && Object.values(read.sources).every(({ kind }) => kind)) return read;
  } catch {
    // Node's texts name the path, and quote what is no JSON.
  }
  throw new ClaimsError("PLAN_MISSING", "there is no plan.json beside the bundle, or it is not whole");
}

/** What lies beside a bundle only where the plan asks for it; to import it takes time, and the start is timed. */
export async function moduleBeside(bundle: string, file: string, isNeeded: boolean): Promise<object> {
  return isNeeded ? await import(new URL(file, bundle).href) : {};
}
