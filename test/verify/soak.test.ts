import { expect, test } from "vitest";
import { slopeOf } from "../../tools/verify/soak/least-squares.ts";
import { openLedger } from "../../tools/verify/soak/ledger.ts";
import { drawPeople } from "../../tools/verify/soak/people.ts";
import { faultsAt } from "../../tools/verify/soak/troubles.ts";
import { figuresOf, problemsOf, type Sample, type Soaked } from "../../tools/verify/soak/verdict.ts";

const MB = 1024 * 1024;
const [person, other] = drawPeople(1, 2) as [
  ReturnType<typeof drawPeople>[number],
  ReturnType<typeof drawPeople>[number],
];

test("the slope of a line is found through noise, and there is none through one place", () => {
  const points = Array.from({ length: 600 }, (_, x) => ({ x, y: 3 * x + 7 + Math.sin(x * 12.9898) * 20 }));
  expect(slopeOf(points)).toBeCloseTo(3, 1);
  expect(
    slopeOf([
      { x: 0, y: 1 },
      { x: 2, y: 5 },
    ]),
  ).toBe(2);
  expect(slopeOf([])).toBeNull();
  expect(
    slopeOf([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]),
  ).toBeNull();
});

function token({ role, team }: typeof person, staffRef: string) {
  const claimsToAddOrOverride = { role, team, staff_ref: staffRef };
  return { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } };
}

const record = (requestId: string, more: object = { outcome: "issued" }): string =>
  JSON.stringify({ _aws: {}, requestId, stale: [], ...more });

test("an event with its own token and one record of it is as it should be, whichever comes first", () => {
  const ledger = openLedger();
  ledger.sent("a", person);
  ledger.sent("b", person);
  ledger.answered({ id: "a", response: token(person, "ref"), ms: 5 });
  ledger.printed(record("a"));
  ledger.printed(record("b", { outcome: "refused", code: "DEADLINE", RecordsLost: 2, stale: [{}] }));
  ledger.answered({ id: "b", error: { name: "Refusal", message: "Try again (DEADLINE)" }, ms: 9 });
  expect(ledger.open()).toBe(0);
  expect(ledger.counts()).toEqual({
    events: 2,
    issued: 1,
    refused: 1,
    records: 2,
    lost: 2,
    stale: 1,
    mostMs: 9,
    wrong: {},
  });
});

test("whatever is not as it should be is counted by its kind", () => {
  const ledger = openLedger();
  const event = (id: string, response: object, ...lines: readonly string[]): void => {
    ledger.sent(id, person);
    ledger.answered({ id, response, ms: 1 });
    for (const line of lines) ledger.printed(line);
  };
  event("foreign", token(other, "ref"), record("foreign"));
  event("pseudonym", token(person, "another"), record("pseudonym"));
  event("twice", token(person, "ref"), record("twice"), record("twice"));
  event("decision", token(person, "ref"), record("decision", { outcome: "refused", code: "INTERNAL" }));
  event("none", token(person, "ref"));
  ledger.sent("silent", person);
  ledger.printed("Warning: something");
  ledger.answered({ id: "stray", ms: 1 });
  ledger.sent("raw", person);
  ledger.answered({ id: "raw", error: { name: "TypeError", message: "x" }, ms: 1 });
  ledger.printed(record("raw", { outcome: "refused" }));
  expect(ledger.counts().wrong).toEqual({
    "a claim of somebody else": 1,
    "another pseudonym than before": 1,
    "a second record, or one of no event": 1,
    "a record that tells of another decision": 1,
    "a line that is no record": 1,
    "an answer to nothing": 1,
    "an error that is no refusal": 1,
    "no answer": 1,
    "no record": 2,
  });
});

function soaked(change: Partial<Soaked> = {}, growth = 0.5, sample: Partial<Sample> = {}): Soaked {
  const counts = { events: 1000, issued: 900, refused: 100, records: 1000, lost: 0, stale: 5, mostMs: 1200, wrong: {} };
  const samples = Array.from({ length: 360 }, (_, at): Sample => {
    // It grows while it warms up, and by so many megabytes in ten minutes from then on.
    const mb = at < 60 ? 50 + at : 110 + (growth * (at - 60)) / 60;
    return { of: at % 2, at: at * 10, rss: mb * MB, strays: 0, warnings: 0, most: [[80, 7]], ...sample };
  });
  return { seconds: 3600, rate: 0.2, counts, samples, requests: 5, faults: 1, hasEnded: false, ...change };
}

test("a process that is warm, answers in time and records everything is as promised", () => {
  expect(problemsOf(soaked())).toEqual([]);
  expect(figuresOf(soaked())["slopeMb"]).toBeCloseTo(0.5);
  expect(figuresOf(soaked())["mostSockets"]).toBe(7);
});

test("whatever is not as promised is named", () => {
  const { counts } = soaked();
  const broken = (change: Partial<Soaked>, growth?: number, sample?: Partial<Sample>) =>
    problemsOf(soaked(change, growth, sample));
  expect(broken({}, 2)).toEqual(["memory grows by 2.00 MB in ten minutes"]);
  expect(broken({}, 0, { most: [[80, 51]] })).toEqual(["51 connections to one host"]);
  expect(broken({}, 0, { strays: 1, warnings: 2 })).toEqual(["2 errors that nobody caught, 4 warnings"]);
  expect(broken({ hasEnded: true })).toEqual(["a process ended"]);
  expect(broken({ counts: { ...counts, mostMs: 4_300 } })).toEqual(["an answer took 4300 ms"]);
  expect(broken({ counts: { ...counts, lost: 3 } })).toEqual(["3 records lost"]);
  expect(broken({ counts: { ...counts, records: 999 } })).toEqual(["999 records of 1000 events"]);
  expect(broken({ counts: { ...counts, issued: 400 } })).toEqual(["400 tokens only"]);
  expect(broken({ counts: { ...counts, wrong: { "no answer": 2 } } })).toEqual(["no answer: 2 times"]);
  expect(broken({ rate: 200 })).toEqual(["1000 events only: the machine is too slow"]);
});

test("in a minute memory is measured and held to nothing", () => {
  const short = soaked({ seconds: 60, rate: 10 }, 5);
  expect(problemsOf({ ...short, samples: short.samples.map((each) => ({ ...each, at: each.at / 60 })) })).toEqual([]);
});

test("each service is out for a few seconds of every minute, in another way each time", () => {
  const at = (service: "dynamodb" | "kms", second: number) =>
    Array.from({ length: 30 }, (_, minute) => JSON.stringify(faultsAt(service, minute * 60 + second)));
  expect(new Set(at("dynamodb", 21)).size).toBe(6);
  expect(new Set(at("kms", 41)).size).toBe(5);
  expect(at("dynamodb", 41)).toEqual(at("kms", 21));
  expect(faultsAt("kms", 41)).not.toEqual(faultsAt("kms", 44));
});
