// Everything that opens what a token holds, by what a table calls it; each begins with verifying the token.
import { isDeepStrictEqual } from "node:util";
import { reader as claimseal } from "./peers/open-claimseal.mjs";
import { reader as encryptionSdk } from "./peers/open-encryption-sdk.mjs";
import { reader as handWritten } from "./peers/open-hand-written.mjs";
import { reader as jose } from "./peers/open-jose.mjs";
import { reader as leastEnvelope } from "./peers/open-least.mjs";
import { reader as verifyOnly } from "./peers/open-verify-only.mjs";
import { event, REGION } from "./scenario.mjs";

export const READERS = {
  "verify only": verifyOnly,
  "hand-written": handWritten,
  "Encryption SDK": encryptionSdk,
  jose,
  // What it writes is what `jose` would.
  least: jose,
  "least, of mode envelope": leastEnvelope,
  claimseal,
};

/** What a reader of the first resource server is told. */
export function readerConfig({ names, serverNames, mode }, [{ arn, wrapped, privateKey }], jwks, { kmsUrl }) {
  const [server] = serverNames;
  return {
    poolId: event.userPoolId,
    clientId: event.callerContext.clientId,
    scope: `${server}/read`,
    region: REGION,
    jwks,
    kmsUrl,
    keyArn: arn,
    wrapped,
    privateKey,
    server,
    names,
    mode,
  };
}

/** Rejects unless the reader finds in the token exactly what was in the row. */
export async function assertOpens(name, read, token, personal) {
  const opened = await read(token);
  if (!isDeepStrictEqual(opened, personal)) throw new Error(`${name} does not give back what was sealed`);
}
