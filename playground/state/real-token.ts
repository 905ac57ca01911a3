/** Three to five base64url parts of which the first is a JSON object: how JWS and JWE look (RFC 7515, RFC 7516). */
const COMPACT = /eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){2,4}/g;

/** Whether a text holds what looks like a token somebody was given. Such a text is not for links. */
export function holdsRealToken(text: string): boolean {
  return Array.from(text.matchAll(COMPACT)).some(([found]) => hasHeader(found.slice(0, found.indexOf("."))));
}

function hasHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof header === "object" && header !== null && "alg" in header;
  } catch {
    return false;
  }
}
