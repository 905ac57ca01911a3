import type { MapPath } from "../../claims/claim-map.ts";

/** What a run leaves behind where it came by: a place of the map, and how it came out there. */
export function markOf(path: MapPath, outcome: string | boolean = ""): string {
  return JSON.stringify([...path, outcome]);
}

/** Of a claim that met a value that was not there; of every claim of the profile, where that value ended the sign-in. */
export function missedMark(profile: string, claim: string | null, missed: string): string {
  return JSON.stringify(["profiles", profile, claim, missed]);
}
