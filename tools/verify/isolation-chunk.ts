import { randomFrom } from "../../test/canary/random.ts";
import { compositionDoor } from "../../test/isolation/composition-door.ts";
import { corridorDoor } from "../../test/isolation/corridor-door.ts";
import { notAStorm } from "../../test/isolation/not-a-storm.ts";
import { type Stormed, storm } from "../../test/isolation/storm.ts";
import { worldOf } from "../../test/isolation/world.ts";
import { reporting } from "./report.ts";

const [seed = 0, events = 0] = process.argv.slice(2).map(Number);
const { result } = reporting();

const world = await worldOf(seed, 64);
const calm = corridorDoor(world, { trouble: null });
const through = async (way: typeof corridorDoor | typeof compositionDoor): Promise<Stormed> => {
  const door = way(world, { trouble: randomFrom(seed, 3) });
  try {
    return await storm(world, door, calm, { seed, events });
  } finally {
    await door.stop();
  }
};
const [corridor, composition] = [await through(corridorDoor), await through(compositionDoor)];
const both = (of: (stormed: Stormed) => number): number => of(corridor) + of(composition);
result(
  {
    hits: both(({ leaks }) => leaks.length),
    events: corridor.events,
    composed: composition.events,
    issued: both(({ issued }) => issued),
    records: both(({ records }) => records),
    envelopes: both(({ envelopes }) => envelopes),
    stale: both(({ stale }) => stale),
    besides: both(({ besides }) => besides),
  },
  [corridor, composition].flatMap((stormed) => [...stormed.leaks, ...notAStorm(stormed, events)]),
);
