import { hunt, told } from "../../test/canary/hunt.ts";
import { notAHunt } from "../../test/canary/not-a-hunt.ts";
import { reporting } from "./report.ts";

const [seed = 0, events = 0] = process.argv.slice(2).map(Number);
const { progress, result } = reporting();

let asked = 0;
const hunted = await hunt({
  seed,
  events,
  isEnough: (leaks) => {
    progress(asked / events);
    asked += 1;
    return leaks.length >= 5;
  },
});
const { canaries, envelopes, values, chances, maps, outcomes } = hunted;
result(
  {
    hits: hunted.leaks.length,
    events: hunted.events,
    canaries,
    envelopes,
    values,
    chances,
    maps: maps.passed,
    issued: outcomes.get("issued") ?? 0,
  },
  // In a few events not everything happens.
  [...(hunted.leaks.length > 0 ? [told(hunted.leaks)] : []), ...(events < 10_000 ? [] : notAHunt(hunted, events))],
);
