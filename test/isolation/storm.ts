import { Refusal } from "../../triggers/refusal.ts";
import { randomFrom } from "../canary/random.ts";
import type { Door } from "./door.ts";
import { drawSignIn, type SignIn } from "./people.ts";
import { type Shown, shownBy, wrongIn, wrongInError, wrongInRecord } from "./verdict.ts";
import type { World } from "./world.ts";

export type Storm = {
  readonly seed: number;
  readonly events: number;
  /** How many sign-ins are under way at once. */
  readonly streams?: number;
};

/** What a storm came to; the counts show that it was one. */
export type Stormed = {
  readonly events: number;
  readonly issued: number;
  /** Tokens with everything in them that there is in calm. */
  readonly whole: number;
  /** Refusals by their codes. */
  readonly refused: { readonly [code: string]: number };
  /** Answers that one kept from an earlier event stood in for. */
  readonly stale: number;
  readonly records: number;
  readonly envelopes: number;
  /** At most, at once. */
  readonly underWay: number;
  /** Sign-ins during which one of the same person was under way. */
  readonly besides: number;
  readonly leaks: readonly string[];
};

/** So many are enough to know. */
const MOST_LEAKS = 10;

/**
 * Sends sign-ins of many people through one door, many at once and in no order, and holds each answer, error and record
 * to the person it is of. What is right is told by another door, through which everybody goes alone.
 */
export async function storm(world: World, door: Door, calm: Door, options: Storm): Promise<Stormed> {
  const { seed, events, streams = 64 } = options;
  const leaks: string[] = [];
  const refused: Record<string, number> = {};
  const count = { issued: 0, whole: 0, stale: 0, records: 0, envelopes: 0, underWay: 0, besides: 0 };
  const expected = memo((signIn) => calmly(world, calm, signIn));
  const underWay = new Map<string, SignIn>();
  const unrecorded = new Map<string, SignIn>();
  let next = 0;

  const note = (index: number, problems: readonly string[]): void => {
    leaks.push(...problems.map((problem) => `seed ${seed}, event ${index}: ${problem}`));
  };

  function readRecords(index: number): void {
    for (const line of door.takeLines()) {
      const { requestId, stale } = JSON.parse(line) as { readonly requestId: string; readonly stale: unknown[] };
      const signIn = unrecorded.get(requestId);
      if (!unrecorded.delete(requestId) || signIn === undefined) note(index, ["a record of no event, or a second one"]);
      else note(index, wrongInRecord(world, signIn, line));
      count.stale += stale.length;
      count.records += 1;
    }
  }

  async function one(index: number): Promise<void> {
    const random = randomFrom(seed, 2, index);
    // Often of somebody who is signing in already.
    const others = [...underWay.values()];
    const person = others.length > 0 && random.chance(0.3) ? random.pick(others).person : random.pick(world.people);
    const signIn = drawSignIn(person, random);
    const right = await expected(signIn);
    const requestId = `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
    if ([...underWay.values()].some((other) => other.person === person)) count.besides += 1;
    underWay.set(requestId, signIn);
    unrecorded.set(requestId, signIn);
    count.underWay = Math.max(count.underWay, underWay.size);
    try {
      const answer = await door.run(signIn.event, { awsRequestId: requestId });
      const shown = await shownBy(world, signIn, answer);
      count.issued += 1;
      count.envelopes += Object.keys(shown.opened).length;
      if (JSON.stringify(shown) === JSON.stringify(right)) count.whole += 1;
      note(index, wrongIn(world, signIn, answer, shown, right));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : "none";
      refused[code] = (refused[code] ?? 0) + 1;
      note(index, error instanceof Refusal ? [] : ["an end that is no refusal"]);
      note(index, wrongInError(world, error));
    }
    underWay.delete(requestId);
    readRecords(index);
  }

  async function stream(): Promise<void> {
    while (next < events && leaks.length < MOST_LEAKS) {
      const index = next;
      next += 1;
      await one(index);
    }
  }

  await Promise.all(Array.from({ length: streams }, stream));
  note(
    next,
    [...unrecorded.keys()].map((requestId) => `no record of ${requestId}`),
  );
  return { events: next, ...count, refused, leaks };
}

/** What a sign-in comes to when nobody else signs in. */
async function calmly(world: World, calm: Door, signIn: SignIn): Promise<Shown> {
  const answer = await calm.run(signIn.event, { awsRequestId: "calm" });
  calm.takeLines();
  return shownBy(world, signIn, answer);
}

function memo(make: (signIn: SignIn) => Promise<Shown>): (signIn: SignIn) => Promise<Shown> {
  const made = new Map<string, Promise<Shown>>();
  let last: Promise<unknown> = Promise.resolve();
  return (signIn) => {
    const known = made.get(signIn.name);
    if (known !== undefined) return known;
    // One after the other: alone.
    const next = last.then(() => make(signIn));
    last = next.catch(() => {});
    made.set(signIn.name, next);
    return next;
  };
}
