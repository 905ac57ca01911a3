import type { LoadAttributes, RowResult } from "../../claims/facts.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey } from "../../crypto/data-key.ts";
import type { LoadPseudonyms } from "../../triggers/pseudonyms.ts";
import type { TakeDataKey } from "../../triggers/seal.ts";

/** What goes wrong in an event: above the line in what Cognito sends or a row holds, below it in the ports. */
export const FAULTS = [
  "invalid values",
  "poison row",
  "malformed event",
  "hostile metadata",
  "unknown client",
  "other event version",
  "personal username",
  "long scopes",
  "foreign pool",
  "a key within the sub",
  // ----
  "table down",
  "row missing",
  "loader throws",
  "loader throws text",
  "loader answers nothing",
  "loader hangs",
  "hook throws",
  "hook answers oddly",
  "key denied",
  "key unavailable",
  "key request throws",
  "key request hangs",
  "pseudonyms denied",
  "pseudonyms throw",
] as const;

export type Fault = (typeof FAULTS)[number] | "none";

/** Ports that fail as `fault` says, and say `secret` in whatever they throw. */
export function failingLoader(fault: Fault, secret: string, load: LoadAttributes): LoadAttributes {
  switch (fault) {
    case "table down":
      return async (requests) => requests.map(() => ({ state: "failed" }));
    case "row missing":
      return async (requests) =>
        requests.map(({ kind }) =>
          kind === "query" ? { state: "rows", rows: [], more: false } : { state: "missing" },
        );
    case "loader throws":
      return () => Promise.reject(telling(secret));
    case "loader throws text":
      return () => {
        // oxlint-disable-next-line typescript/only-throw-error -- whatever a port throws must not get out
        throw secret;
      };
    case "loader answers nothing":
      return async () => [];
    case "loader hangs":
      return (requests, signal) =>
        untilAborted(
          signal,
          requests.map((): RowResult => ({ state: "failed" })),
        );
    default:
      return load;
  }
}

export function failingKeys(fault: Fault, secret: string, take: TakeDataKey): TakeDataKey {
  switch (fault) {
    case "key denied":
      return () => Promise.reject(new CryptoError("KEY_ACCESS_DENIED", "KMS refuses this key"));
    case "key unavailable":
      return () => Promise.reject(new CryptoError("KEY_UNAVAILABLE", "KMS cannot be asked"));
    case "key request throws":
      return () => Promise.reject(telling(secret));
    case "key request hangs":
      return async (_seal, _context, signal): Promise<DataKey> => {
        await untilAborted(signal, null);
        throw new CryptoError("KEY_UNAVAILABLE", "the data key did not arrive");
      };
    default:
      return take;
  }
}

export function failingPseudonyms(fault: Fault, secret: string, load: LoadPseudonyms): LoadPseudonyms {
  switch (fault) {
    case "pseudonyms denied":
      return () => Promise.reject(new CryptoError("KEY_ACCESS_DENIED", "KMS refuses this key"));
    case "pseudonyms throw":
      return () => Promise.reject(telling(secret));
    default:
      return load;
  }
}

/** An error as SDKs throw them: data in its message, its cause and its properties. */
function telling(secret: string): Error {
  const cause = new Error(`cause of ${secret}`);
  return Object.assign(new Error(`could not read ${secret}`, { cause }), { item: { secret }, $metadata: [secret] });
}

function untilAborted<T>(signal: AbortSignal, then: T): Promise<T> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(then);
    signal.addEventListener("abort", () => resolve(then), { once: true });
  });
}
