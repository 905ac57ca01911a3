import { setTimeout as pause } from "node:timers/promises";
import type { LoadAttributes, Row, RowRequest, RowResult } from "../../claims/facts.ts";
import type { Plan } from "../../claims/plan.ts";
import type { FaultName, TestCase } from "../../claims/shape/map-test-shape.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import { faultyParts } from "./faulty-parts.ts";

/** Long enough to come after everything that is not late, short enough for any deadline. */
const LATE_MS = 20;

/** What a declaration of any type refuses: binary data. */
const INVALID = new Uint8Array(1);

type Faults = TestCase["faults"];

/** A house whose ports fail as a case says. */
export function withFaults(house: House, faults: Faults): House {
  if (Object.keys(faults).length === 0) return house;
  const { plan, loadAttributes, takeDataKey, takePublicKey, encrypt, loadPseudonyms } = house;
  const serverOf = (audience: string): string =>
    Object.entries(plan.resourceServers).find(([, { identifier }]) => identifier === audience)?.[0] ?? "";
  return {
    ...house,
    loadAttributes: faultyLoader(plan, loadAttributes, faults),
    takeDataKey: async (seal, context, signal) => {
      await keyFault(faults[`seal.${serverOf(context["claimseal:aud"])}`]);
      return takeDataKey(seal, context, signal);
    },
    takePublicKey: async (seal, context, signal) => {
      await keyFault(faults[`seal.${serverOf(context["claimseal:aud"])}`]);
      return takePublicKey(seal, context, signal);
    },
    encrypt: async (seal, context, plaintext, signal) => {
      await keyFault(faults[`seal.${serverOf(context["claimseal:aud"])}`]);
      return encrypt(seal, context, plaintext, signal);
    },
    loadPseudonyms: async (poolId, signal) => {
      await keyFault(faults["pseudonyms"]);
      return loadPseudonyms(poolId, signal);
    },
  };
}

/** Whether a case waits for something that never comes. */
export function stalls(faults: Faults): boolean {
  return Object.values(faults).includes("stall");
}

async function keyFault(fault: FaultName | undefined): Promise<void> {
  if (fault === "unavailable") throw new CryptoError("KEY_UNAVAILABLE", "KMS cannot be asked");
  if (fault === "late") await pause(LATE_MS);
}

function faultyLoader(plan: Plan, load: LoadAttributes, faults: Faults): LoadAttributes {
  const parts = faultyParts(plan);
  const attributeFaults = (source: string): ReadonlyMap<string, FaultName> => {
    const found = new Map<string, FaultName>();
    for (const [name, fault] of Object.entries(faults)) {
      const part = parts.get(name);
      if (part?.kind === "attribute" && part.source === source) found.set(part.attribute, fault);
    }
    return found;
  };
  const one = async (request: RowRequest, signal: AbortSignal): Promise<RowResult> => {
    const fault = parts.get(request.source)?.kind === "source" ? faults[request.source] : undefined;
    if (fault === "unavailable") return { state: "failed" };
    if (fault === "missing") return nothingFor(request);
    if (fault === "stall") {
      await aborted(signal);
      return { state: "failed" };
    }
    if (fault === "late") await pause(LATE_MS);
    const [result = { state: "failed" }] = await load([request], signal);
    return changed(result, attributeFaults(request.source), request.attributes);
  };
  return (requests, signal) => Promise.all(requests.map((request) => one(request, signal)));
}

function nothingFor({ kind }: RowRequest): RowResult {
  return kind === "query" ? { state: "rows", rows: [], more: false } : { state: "missing" };
}

function changed(result: RowResult, faults: ReadonlyMap<string, FaultName>, asked: readonly string[]): RowResult {
  if (faults.size === 0) return result;
  const change = (row: Row): Row => {
    const values = new Map(row);
    for (const [attribute, fault] of faults) {
      if (fault === "absent") values.delete(attribute);
      else if (asked.includes(attribute)) values.set(attribute, INVALID);
    }
    return values;
  };
  if (result.state === "found") return { ...result, row: change(result.row) };
  return result.state === "rows" ? { ...result, rows: result.rows.map(change) } : result;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
