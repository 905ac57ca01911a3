import type { Plan } from "../../claims/plan.ts";
import type { FaultName, TestCase } from "../../claims/shape/map-test-shape.ts";
import { FAULTS_OF, faultyParts, type FaultyPart as Part } from "../map-tests/faulty-parts.ts";
import type { Faults, FaultyPart } from "./messages.ts";

/** What KMS says when it does not do what a key's user asks. */
const REFUSING = ["throttled", "denied"] as const;
export type KmsFault = (typeof REFUSING)[number];

const MEANS: { readonly [fault in FaultName | KmsFault]: string } = {
  missing: "there is no row",
  unavailable: "it cannot be asked",
  stall: "it never answers; the function gives up in time",
  late: "it answers late, and in time",
  absent: "the row is without it",
  invalid: "its value breaks the declaration",
  throttled: "KMS turns the call away as one too many, and goes on doing so",
  denied: "the key's policy does not let it",
};

/** What can be switched on with a map, in the order of a map test's names. */
export function playFaults(plan: Plan): readonly FaultyPart[] {
  const part = (name: string, label: string, faults: readonly (FaultName | KmsFault)[]): FaultyPart => ({
    part: name,
    label,
    faults: faults.map((fault) => ({ name: fault, means: MEANS[fault] })),
  });
  const atSignIn = [...faultyParts(plan)].map(([name, each]) =>
    part(name, labelOf(each), each.kind === "seal" ? [...FAULTS_OF.seal, ...REFUSING] : FAULTS_OF[each.kind]),
  );
  const atReaders = Object.entries(plan.resourceServers).flatMap(([name, { seal }]) =>
    seal ? [part(`open.${name}`, `KMS for ${name}, when it opens`, REFUSING)] : [],
  );
  return [...atSignIn, ...atReaders];
}

function labelOf(part: Part): string {
  switch (part.kind) {
    case "source":
      return `source ${part.source}`;
    case "attribute":
      return `${part.source}.${part.attribute}`;
    case "seal":
      return `KMS for ${part.resourceServer}, at sign-in`;
    case "pseudonyms":
      return "KMS for pseudonyms";
  }
}

/** The faults of a run, apart. */
export type SplitFaults = {
  /** As a map test knows them: whyever KMS gives no key, to the trigger it is one. */
  readonly atSignIn: TestCase["faults"];
  /** By resource server: what KMS says to the trigger, and to the reader. */
  readonly kmsSays: ReadonlyMap<string, KmsFault>;
  readonly readers: ReadonlyMap<string, KmsFault>;
};

export function splitFaults(faults: Faults): SplitFaults {
  const atSignIn: Record<string, FaultName> = {};
  const kmsSays = new Map<string, KmsFault>();
  const readers = new Map<string, KmsFault>();
  for (const [part, fault] of Object.entries(faults)) {
    const [kind, ...rest] = part.split(".");
    const server = rest.join(".");
    if (kind === "open" && isKmsFault(fault)) readers.set(server, fault);
    else if (kind === "seal" && isKmsFault(fault)) {
      kmsSays.set(server, fault);
      atSignIn[part] = "unavailable";
    } else if (isFaultName(fault)) atSignIn[part] = fault;
  }
  return { atSignIn, kmsSays, readers };
}

/** Those of them that a map can have; a page may have kept some of another map's. */
export function knownFaults(plan: Plan, faults: Faults): Faults {
  const known = playFaults(plan);
  const isKnown = (part: string, fault: string): boolean =>
    known.some((each) => each.part === part && each.faults.some(({ name }) => name === fault));
  return Object.fromEntries(Object.entries(faults).filter(([part, fault]) => isKnown(part, fault)));
}

function isKmsFault(fault: string): fault is KmsFault {
  return (REFUSING as readonly string[]).includes(fault);
}

function isFaultName(fault: string): fault is FaultName {
  return Object.values(FAULTS_OF).some((names) => (names as readonly string[]).includes(fault));
}
