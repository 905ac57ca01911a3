import { appendFileSync } from "node:fs";
import { devNull } from "node:os";
import { describe, expect, test } from "vitest";
import { randomFrom } from "./canary/random.ts";
import { compositionDoor } from "./isolation/composition-door.ts";
import { corridorDoor } from "./isolation/corridor-door.ts";
import { notAStorm } from "./isolation/not-a-storm.ts";
import { drawSignIn, type Person } from "./isolation/people.ts";
import { SPOILED_HOUSES } from "./isolation/spoiled-houses.ts";
import { type Stormed, storm } from "./isolation/storm.ts";
import { shownBy, wrongInRecord } from "./isolation/verdict.ts";
import { worldOf } from "./isolation/world.ts";
import { watchWrites } from "./isolation/writes.ts";

/**
 * The promise: however many sign-ins one process answers at once, each token, error and record is of its own person
 * alone. Every value of everybody is a mark that nobody else has, and everything that could be mixed up is: rows that
 * are kept, data keys that are shared, an owner's functions, pseudonyms, requests that fail or answer in another order.
 */
const EVENTS = Math.max(5_000, Number(process.env["CLAIMSEAL_ISOLATION_EVENTS"] ?? 0));
const SEED = Number(process.env["CLAIMSEAL_ISOLATION_SEED"] ?? 20_261_130);
const PEOPLE = 64;

/** Most sign-ins go through the corridor alone, which is quicker. */
const SHARES = { corridor: 0.8, composition: 0.2 } as const;

const world = await worldOf(SEED, PEOPLE);
const calm = corridorDoor(world, { trouble: null });

test.for(["corridor", "composition"] as const)(
  "no value of one person is in another's token, error or record: %s",
  { timeout: 60_000 + EVENTS * 30 },
  async (way) => {
    const trouble = randomFrom(SEED, 3);
    const door = way === "corridor" ? corridorDoor(world, { trouble }) : compositionDoor(world, { trouble });
    const events = Math.round(EVENTS * SHARES[way]);
    let stormed: Stormed;
    try {
      stormed = await storm(world, door, calm, { seed: SEED, events });
    } finally {
      await door.stop();
    }
    expect(stormed.leaks).toEqual([]);
    expect(notAStorm(stormed, events)).toEqual([]);
  },
);

test("the same event three times at once gives equal claims, and nothing is written but a record of each", async () => {
  const random = randomFrom(SEED, 5);
  const door = compositionDoor(world, { trouble: null });
  const writes = watchWrites();
  try {
    for (const person of world.people) {
      const signIn = drawSignIn(person, random);
      const sent = JSON.stringify(signIn.event);
      const run = () => door.run(deepFreeze(signIn.event), { awsRequestId: "00000000-0000-4000-8000-000000000000" });
      const answers = await Promise.all([run(), run(), run()]);
      const [first, ...others] = await Promise.all(answers.map((answer) => shownBy(world, signIn, answer)));
      expect(others).toEqual([first, first]);
      expect(JSON.stringify(signIn.event)).toBe(sent);
      expect(door.takeLines()).toHaveLength(3);
    }
    expect(writes.seen).toEqual([]);
    const reads = ["BatchGetItemCommand", "GetItemCommand", "QueryCommand"];
    const uses = ["EncryptCommand", "GenerateDataKeyCommand", "GenerateMacCommand"];
    expect([...door.sent].toSorted()).toEqual([...reads, ...uses].toSorted());
  } finally {
    writes.stop();
    await door.stop();
  }
});

test("what is written to a file is noticed", () => {
  const writes = watchWrites();
  try {
    appendFileSync(devNull, "x");
    expect(writes.seen).toContain("appendFileSync");
  } finally {
    writes.stop();
  }
});

describe("the storm", () => {
  test.for(SPOILED_HOUSES.map((each) => [each.where, each] as const))("finds that %s", async ([, { spoil, finds }]) => {
    const door = corridorDoor(world, { trouble: randomFrom(SEED, 4), spoil });
    const { leaks } = await storm(world, door, calm, { seed: SEED, events: 1_000 });
    expect(leaks.join("\n")).toMatch(finds);
  });

  test("finds a record of somebody else, and one that holds a value", async () => {
    const [one, other] = [0, 1].map((at) => drawSignIn(world.people[at] as Person, randomFrom(SEED, at)));
    if (one === undefined || other === undefined) throw new Error("two people");
    await calm.run(one.event, { awsRequestId: "00000000-0000-4000-8000-000000000000" });
    const [line = ""] = calm.takeLines();
    expect(wrongInRecord(world, one, line)).toEqual([]);
    expect(wrongInRecord(world, { ...other, client: one.client }, line)).toEqual(["its record is of another subject"]);
    const telling = line.replace('"v":1', `"v":1,"x":"${one.person.username}"`);
    expect(wrongInRecord(world, one, telling)).toEqual(["its record holds a value of person 0"]);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
