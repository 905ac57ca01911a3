import type { KeyObject } from "node:crypto";
import { simulateTokens } from "../../cognito/simulator.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { importDataKey } from "../../crypto/import-data-key.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import type { Kms } from "../../local/kms/kms.ts";
import { type People, POOL_ID, type Policy, REGION } from "./people.ts";

/** What came of one sign-in. */
export type Answer = {
  /** Null for a token; the refusal's, or what Lambda calls the end of a process. */
  readonly code: string | null;
  /** What a map's author would name of the token, and what is in its envelope: personal values as `its own`. */
  readonly shows: Shown | null;
  /** What Cognito would put into the access token; empty where there is none. */
  readonly access: TokenClaims;
  readonly ms: number;
};

export type Shown = {
  readonly [claim: string]: unknown;
  readonly scope: string;
  /** Null where there is no envelope. */
  readonly sealed: { readonly [claim: string]: unknown } | null;
};

/** Opens what is sealed for the care API. */
export type Open = (envelope: string, token: TokenClaims) => Promise<ReadonlyMap<string, unknown>>;

const GRANTED = "care-api/read care-api/write";

/** What each policy's token shows where nothing is wrong. */
export const WHOLE: Readonly<Record<Policy, Shown>> = {
  deny: { role: "physician", limit: 7, scope: GRANTED, sealed: { legal_name: "its own" } },
  unknown: {
    role: "physician",
    limit: 7,
    note: "physician",
    scope: `${GRANTED} care-api/export`,
    sealed: { legal_name: "its own" },
  },
  restricts: { limit: 7, scope: GRANTED, sealed: null },
  refuse: { note: "physician", scope: GRANTED, sealed: null },
  required: { role: "physician", scope: GRANTED, sealed: null },
  stale: { role: "physician", scope: GRANTED, sealed: { legal_name: "its own" } },
  sealed: { scope: GRANTED, sealed: { licence_no: "its own", cap: 7 } },
  spare: { role: "physician", known: true, scope: GRANTED, sealed: null },
  code: { role: "clerk", scope: GRANTED, sealed: null },
};

/** What `unknown` comes down to: no grant, the strictest limit, without the scope that goes with a low one. */
export const LEAST: Shown = { limit: 0, scope: "care-api/read", sealed: { legal_name: null } };

/** Whether nothing that holds a person back is missing from a token. */
export function keepsRestrictions(policy: Policy, { scope, limit, sealed }: Shown): boolean {
  switch (policy) {
    case "deny":
    case "restricts":
      return limit === 7;
    case "unknown":
      return limit === 7 || (limit === 0 && !scope.includes("care-api/write"));
    case "sealed":
      return sealed?.["cap"] === 7;
    default:
      return true;
  }
}

/** What Lambda handed back for an event, and all that the function has printed by then. */
export type Said = {
  readonly failed: boolean;
  readonly payload: unknown;
  readonly printed: string;
  readonly ms: number;
};

/** Reads what came of an event. */
export async function readAnswer(
  event: TriggerEvent,
  { failed, payload, printed, ms }: Said,
  { secrets }: Pick<People, "secrets">,
  open: Open,
): Promise<Answer> {
  if (failed) return { code: codeOf(payload, printed), shows: null, access: {}, ms };
  const { refused, accessToken, dropped } = simulateTokens({ poolVersion: "V3", event, response: payload });
  if (refused !== null || dropped.length > 0) throw new Error(`Cognito would not take it: ${JSON.stringify(dropped)}`);
  const { role, limit, note, known, scope, sealed_care_api: envelope } = accessToken;
  const own = Object.values<unknown>(secrets);
  const inside = typeof envelope === "string" ? await open(envelope, accessToken) : null;
  const sealed =
    inside && Object.fromEntries([...inside].map(([name, value]) => [name, own.includes(value) ? "its own" : value]));
  // Through JSON, which leaves out what is undefined.
  const shows = JSON.parse(JSON.stringify({ role, limit, note, known, scope, sealed })) as Shown;
  return { code: null, shows, access: accessToken, ms };
}

/** The code people read in a refusal, the one in the log of a start that failed, or what Lambda calls the rest. */
function codeOf(payload: unknown, printed: string): string {
  const { errorType = "", errorMessage = "" } = payload as { errorType?: string; errorMessage?: string };
  const told = errorType === "Refusal" ? /\(([A-Z0-9_]+)\)$/.exec(errorMessage) : null;
  const logged = errorType === "ClaimsError" ? /"code":"([A-Z_]+)"[^\n]*\n$/.exec(printed) : null;
  return (told ?? logged)?.[1] ?? errorType;
}

/** Opens envelopes as their reader would; a data key that was unwrapped once stays open. */
export function opener(kms: Kms, keyArn: string): Open {
  const held = new Map<string, KeyObject>();
  return async (envelope, { sub, iat }) =>
    openEnvelope(
      envelope,
      { sub: sub as string, iat: iat as number },
      async (wrapped) => {
        const blob = Buffer.from(wrapped).toString("base64");
        const known = held.get(blob);
        if (known !== undefined) return known;
        const input = {
          CiphertextBlob: blob,
          KeyId: keyArn,
          EncryptionContext: encryptionContext("care-api", POOL_ID),
        };
        const { Plaintext } = await kms.call("Decrypt", { region: REGION, caller: null }, input);
        const key = importDataKey(Plaintext as Uint8Array);
        if (key === null) throw new TypeError("no data key");
        held.set(blob, key);
        return key;
      },
      // Clocks are wrong in some of the faults.
      { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
    );
}
