import { textDigest } from "../claims/digest.ts";

/** What is left for a map's name: the role's name has 64 characters, with `claimseal-`, stage and region in it. */
const MOST = 24;

/**
 * What the stack of a map is called, but for the stage: two maps are two stacks. A name that has no place in those of
 * stacks, functions and roles is made to fit, and is still no other's.
 */
export function stackName(map: string): string {
  const fitting = map.replaceAll(/[^A-Za-z0-9]+/g, "-");
  if (fitting === map && map.length <= MOST) return `claimseal-${map}`;
  const mark = textDigest(map)
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .slice(0, 6);
  return `claimseal-${fitting.slice(0, MOST - mark.length - 1)}-${mark}`.replaceAll(/-+/g, "-");
}
