import { planDigest } from "../../claims/digest.ts";
import type { RowRequest, RowResult } from "../../claims/facts.ts";
import { asItCame } from "../../triggers/as-it-was.ts";
import { mapNames } from "../../triggers/map-names.ts";
import { customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import type { DecisionRecord } from "../../triggers/record.ts";
import { recorded, type Traffic } from "../../triggers/recorded.ts";
import { type Issue, issueTokens } from "../issue-in-memory.ts";
import type { KeysInMemory } from "../keys-in-memory.ts";
import { caseHouse } from "../map-tests/run-case.ts";
import type { SplitFaults } from "./faults.ts";
import { type KmsWatch, watchKms } from "./kms-watch.ts";
import type { PlayWorld } from "./world.ts";

/** How one sign-in went, and everything that was noted of it. */
export type Issuing = {
  readonly issue: Issue;
  readonly house: House;
  readonly keys: KeysInMemory;
  readonly kms: KmsWatch;
  readonly record: DecisionRecord;
};

/** Issues the tokens of a world as the function and Cognito would. */
export async function issueIn(world: PlayWorld, faults: SplitFaults): Promise<Issuing> {
  const { house: bare, keys } = caseHouse(world, 0);
  const kms = watchKms(world.plan, faults);
  const sent = { dynamodb: 0 };
  const house: House = {
    ...bare,
    ...kms.sealing(bare),
    loadAttributes: asked(bare.loadAttributes, (request) => {
      if (request.kind === "row" || request.kind === "query") sent.dynamodb += 1;
    }),
  };
  const records: DecisionRecord[] = [];
  const customize = recorded(customizeToken(house), {
    plan: world.plan,
    names: mapNames(world.plan),
    planSha256: planDigest(world.plan),
    mode: "enforce",
    asItWas: asItCame,
    write: async (record) => void records.push(record),
    traffic: () => ({ dynamodb: traffic(sent.dynamodb), kms: traffic(callsOf(kms)) }),
    strays: () => 0,
    subjectHash: () => null,
    now: house.now,
    steady: house.steady,
  });
  const issue = await issueTokens({ house, keys }, world.events[0], (event) => customize(event));
  return { issue, house, keys, kms, record: records[0] as DecisionRecord };
}

/** Asks for each row once, so that whoever looks into a run again finds what it found and waits for nothing anew. */
function asked(load: House["loadAttributes"], tell: (request: RowRequest) => void): House["loadAttributes"] {
  const known = new Map<string, Promise<RowResult>>();
  const one = (request: RowRequest, signal: AbortSignal): Promise<RowResult> => {
    const name = JSON.stringify(request);
    const before = known.get(name);
    if (before) return before;
    tell(request);
    const result = load([request], signal).then(([only = { state: "failed" }]) => only);
    known.set(name, result);
    return result;
  };
  return (requests, signal) => Promise.all(requests.map((request) => one(request, signal)));
}

function callsOf({ calls }: KmsWatch): number {
  return [...calls.values()].flat().filter(({ by }) => by === "trigger").length;
}

function traffic(sends: number): Traffic {
  return { sends, retries: 0, hedges: 0, throttled: 0, denied: 0 };
}
