import type { Finding } from "../../claims/finding.ts";

/**
 * A name for each finding of a map that stays when lines move: its code and its place in the map, and a number from
 * the second that shares both.
 */
export function identities(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, path }) => {
    const name = `${code} ${path.length === 0 ? "(map)" : path.map(step).join(".")}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  });
}

/** Names may hold dots: quoted, `a.b` and `a`, `b` stay apart. */
function step(name: string): string {
  return /^[\w:/-]+$/.test(name) ? name : JSON.stringify(name);
}
