// Access tokens as Cognito would sign them, of what a handler answered.
import { createSign, generateKeyPairSync } from "node:crypto";
import { simulateTokens } from "../dist/cognito/simulator.js";
import { event } from "./scenario.mjs";

const KID = "bench".padEnd(43, "0").concat("=");

/** A pool's signing key, and what services know of it. */
export function signer() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" }] };
  const header = encoded({ kid: KID, alg: "RS256" });
  return {
    jwks,
    sign: (payload) => {
      const input = `${header}.${encoded(payload)}`;
      return `${input}.${createSign("sha256").update(input).sign(privateKey, "base64url")}`;
    },
  };
}

/** The claims of the access token that `answer` leads to: Cognito's own, and what it takes of the answer. */
export function accessClaims(answer) {
  const now = Math.floor(Date.now() / 1000);
  const issued = { iat: now, authTime: now, exp: { id: now + 86_400, access: now + 86_400 } };
  const { refused, accessToken } = simulateTokens({ poolVersion: "V3", event, response: answer, issued });
  if (refused) throw new Error(`Cognito would refuse the answer: ${refused.reason}`);
  return accessToken;
}

/** Bytes that a token is longer by for what is personal in it: all of what was added but `profession`. */
export function personalBytes(claims, isOurs) {
  const rest = Object.fromEntries(Object.entries(claims).filter(([name]) => !isOurs(name)));
  return encoded(claims).length - encoded(rest).length;
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
