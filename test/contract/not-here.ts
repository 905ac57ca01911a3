import { test } from "vitest";

/** Reports a comparison that cannot be made here as one skipped test, with the reason in its title. */
export function notHere(title: string, reason: string): void {
  // oxlint-disable-next-line vitest/expect-expect -- it is skipped before anything could be expected
  test(`${title}: ${reason}`, ({ skip }) => skip(reason));
}
