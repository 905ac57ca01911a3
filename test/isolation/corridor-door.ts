import { bindPlan } from "../../claims/bind.ts";
import { planDigest } from "../../claims/digest.ts";
import type { InvokeFunction, LoadAttributes, RowRequest, RowResult } from "../../claims/facts.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { importDataKey } from "../../crypto/import-data-key.ts";
import { pseudonymizer } from "../../crypto/pseudonym.ts";
import { subjectHash } from "../../crypto/subject-hash.ts";
import { houseInMemory } from "../../local/issue-in-memory.ts";
import type { Kms } from "../../local/kms/kms.ts";
import { rowsInMemory } from "../../local/rows-in-memory.ts";
import { asItCame } from "../../triggers/as-it-was.ts";
import { type Hooks, withHooks } from "../../triggers/hooks.ts";
import { mapNames } from "../../triggers/map-names.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { recordLine } from "../../triggers/record-line.ts";
import { recorded } from "../../triggers/recorded.ts";
import { type SealingKms, sealingPorts } from "../../triggers/sealing-ports.ts";
import type { Door, DoorOptions } from "./door.ts";
import { aborted, type Trip, tripsBy } from "./trips.ts";
import { REGION, type World } from "./world.ts";

/** Milliseconds of an event: what hangs costs this run half of it. Nothing hangs in calm, however slow the machine. */
const BUDGET_MS = { trouble: 900, calm: 60_000 } as const;
const NONE = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0 };

/** The corridor over ports in memory, each with its own delays and faults; caches are those of the deployed trigger. */
export function corridorDoor(world: World, { trouble, spoil = (house) => house }: DoorOptions): Door {
  const plan = bindPlan(world.plan, world.environment);
  const trip = tripsBy(trouble);
  const lines: string[] = [];
  const rows = withHooks(faultyRows(rowsInMemory(world.tables), trip), faultyHooks(world.hooks, trip));
  const { house } = houseInMemory(plan, rows, Date.now, BUDGET_MS[trouble === null ? "calm" : "trouble"]);
  const customize = customizeToken(
    spoil({
      ...house,
      ...sealingPorts(plan, () => sealingKms(world.kms, trip)),
      invokeFunction: faultyFunction(world.chained, trip),
      loadPseudonyms: async (poolId) => {
        if ((await trip()) !== "well") throw new CryptoError("KEY_UNAVAILABLE", "KMS cannot be asked");
        return pseudonymizer(world.root, poolId);
      },
    }),
  );
  return {
    run: recorded(customize, {
      plan,
      names: mapNames(plan),
      planSha256: planDigest(world.plan),
      mode: "enforce",
      asItWas: asItCame,
      write: async (record, counts) => {
        await trip();
        lines.push(recordLine(record, counts, 0));
      },
      traffic: () => ({ dynamodb: NONE, kms: NONE }),
      strays: () => 0,
      subjectHash: () => (poolId, sub) => subjectHash(world.root, poolId)(sub),
      now: Date.now,
      steady: () => performance.now(),
    }),
    takeLines: () => lines.splice(0),
    stop: async () => {},
  };
}

function faultyRows(load: LoadAttributes, trip: Trip): LoadAttributes {
  const one = async (request: RowRequest, signal: AbortSignal): Promise<RowResult> => {
    const way = await trip();
    if (way === "hangs") await aborted(signal);
    if (way !== "well") return { state: "failed" };
    const [result] = await load([request], signal);
    await trip();
    return result ?? { state: "failed" };
  };
  return async (requests, signal) => {
    const results = await Promise.all(requests.map((request) => one(request, signal)));
    if ((await trip()) === "refused") throw new Error(`cannot read ${JSON.stringify(results)}`);
    return results;
  };
}

function faultyHooks(hooks: Hooks, trip: Trip): Hooks {
  return Object.fromEntries(
    Object.entries(hooks).map(([name, hook]) => [
      name,
      async (subject, options) => {
        const way = await trip();
        if (way === "hangs") await aborted(options.signal);
        if (way !== "well") throw new Error(`cannot look up ${subject.sub}`);
        const answer = await hook(subject, options);
        await trip();
        return answer;
      },
    ]),
  );
}

function faultyFunction(invoke: InvokeFunction, trip: Trip): InvokeFunction {
  return async (functionArn, payload, signal) => {
    const way = await trip();
    if (way === "hangs") await aborted(signal);
    if (way === "failed") throw new Error(payload);
    if (way === "refused") return { response: payload };
    const answer = await invoke(functionArn, payload, signal);
    await trip();
    return answer;
  };
}

/** A shared request that hung would keep everybody waiting for as long as the cache lets it. */
function sealingKms(kms: Kms, trip: Trip): SealingKms {
  const way = async (): Promise<void> => {
    const end = await trip();
    if (end === "failed") throw new CryptoError("KEY_UNAVAILABLE", "KMS cannot be asked");
    if (end === "refused") throw new CryptoError("KEY_ACCESS_DENIED", "KMS refuses this key");
  };
  return {
    generateDataKey: async (keyId, context) => {
      await way();
      const input = { KeyId: keyId, KeySpec: "AES_256", EncryptionContext: context };
      const { Plaintext, CiphertextBlob } = await kms.generateDataKey(REGION, input);
      const key = importDataKey(Plaintext);
      if (key === null) throw new TypeError("no data key");
      return { key, wrapped: CiphertextBlob };
    },
    loadPublicKey: () => Promise.reject(new Error("its public key is pinned")),
    encrypt: async (keyId, context, plaintext) => {
      await way();
      const Plaintext = Buffer.from(plaintext).toString("base64");
      const input = { KeyId: keyId, EncryptionContext: context, Plaintext };
      return (await kms.call("Encrypt", { region: REGION, caller: null }, input))["CiphertextBlob"] as Uint8Array;
    },
  };
}
