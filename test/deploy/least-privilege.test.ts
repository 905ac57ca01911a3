import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../claims/plan.ts";
import { sealedServers } from "../../deploy/sealed-servers.ts";
import { examplePlan, MAPS } from "./a-deployment.ts";
import { aPlanWithEverything } from "./a-plan-with-everything.ts";
import { isEveryVariant } from "./a-variant.ts";
import { endClients } from "./key-probes.ts";
import { keyParts, type Part, readerPart, triggerPart, worldOf } from "./policy-parts.ts";
import { unnoticed, wrong } from "./probes.ts";

/*
 * Of the policies a map implies nothing is too little and nothing too much: under them everything that the trigger and
 * the readers do is allowed, everything near it is not, and no statement and no condition could be left out, and none
 * reach further, without one of these requests ending in another way. Requests are real and go to the embedded DynamoDB
 * and KMS; what those would refuse by themselves, and services they have not, is put to the policies directly.
 */

/** The clinic has what the other two have; with CLAIMSEAL_DEPLOY=all they are tried too. */
const EXAMPLES = isEveryVariant ? MAPS : (["clinic-eu"] as const);

const PLANS: readonly (readonly [name: string, plan: Plan])[] = [
  ...EXAMPLES.map((map) => [map, examplePlan(map)] as const),
  ["a map with everything", aPlanWithEverything()],
];

describe.for(PLANS)("of the policies of %s", ([, plan]) => {
  let parts: readonly Part[];
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const world = await worldOf(plan);
    const keys = await keyParts(world);
    stops.push(world.stop, ...keys.map(({ stop }) => stop));
    const readers = sealedServers(world.plan).map(([name, server]) => readerPart(world, name, server));
    parts = [triggerPart(world), ...readers, ...keys.flatMap((key) => key.parts)];
  });
  afterAll(async () => {
    endClients();
    for (const stop of stops) await stop();
  });

  test("all that is done is allowed, and nothing near it", async () => {
    const ends: (readonly [string, readonly string[]])[] = [];
    for (const part of parts) {
      part.put(part.policies);
      ends.push([part.name, await wrong(part)]);
    }
    expect(ends).toEqual(parts.map(({ name }) => [name, []]));
  });

  test("no statement and no condition could be left out, or reach further", async () => {
    const left: (readonly [string, readonly string[]])[] = [];
    for (const part of parts) left.push([part.name, await unnoticed(part)]);
    expect(left).toEqual(parts.map(({ name }) => [name, []]));
  });
});
