import type { Hooks } from "../../triggers/hooks.ts";
import { type Measured, measureMap } from "./measure.ts";
import { modelDay } from "./model.ts";
import type { Worked } from "./page.ts";
import type { Day } from "./simulate-day.ts";
import type { Traffic } from "./traffic.ts";

/** The sizes of the page. */
export const SIZES: readonly number[] = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Sizes of which a day is played through. The last takes half a minute. */
export const PLAYED: readonly number[] = [1e3, 1e4, 1e5];

/** The example that the sizes are worked out for: two services read what it seals, and it has pseudonyms. */
export const EXAMPLE = "clinic-eu";

/** Everything for a page; `simulated` is played before, because it takes longest. */
export async function workOut(
  sizes: readonly number[],
  traffic: Traffic,
  measured: Measured,
  simulated: readonly Day[],
): Promise<Worked> {
  const days = [];
  for (const users of sizes) days.push(await modelDay(users, measured, traffic));
  return { traffic, measured, others: [await measureMap("b2b-saas"), await machines()], days, simulated };
}

/** The example of machines has a source in code. */
async function machines(): Promise<Measured> {
  const hooks = (await import(`${process.cwd()}/mappings/platform-m2m.hooks.mjs`)) as Hooks;
  return measureMap("platform-m2m", hooks);
}
