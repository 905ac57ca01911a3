/** The payload of a token in compact form. */
export function readTokenClaims(raw: string): unknown {
  return JSON.parse(Buffer.from(raw.split(".")[1] ?? "", "base64url").toString("utf8"));
}
