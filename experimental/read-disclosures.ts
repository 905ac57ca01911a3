/** A claim that the client may show: its value, for the client's own use, and the text that shows it to a service. */
export type HeldClaim = { readonly value: unknown; readonly disclosure: string };

/**
 * Experimental, for the client: the claims that came in the disclosures of an ID token, by name. Needs neither Node nor a
 * library, and verifies nothing: whoever is shown a disclosure verifies it.
 *
 * ```ts
 * const held = readDisclosures(idTokenPayload);
 * const disclosures = [held.get("employer")?.disclosure]; // sent along with the access token that came with it
 * ```
 *
 * @param idToken The ID token's payload, parsed.
 * @returns What is no disclosure is left out; a claim that the person has no value for has none.
 */
export function readDisclosures(idToken: { readonly [claim: string]: unknown }): ReadonlyMap<string, HeldClaim> {
  const given: unknown = Object.hasOwn(idToken, "sd_disclosures") ? idToken["sd_disclosures"] : [];
  const held = new Map<string, HeldClaim>();
  for (const disclosure of Array.isArray(given) ? given : []) {
    if (typeof disclosure !== "string") continue;
    const [, name, value] = parts(disclosure);
    if (typeof name === "string") held.set(name, { value, disclosure });
  }
  return held;
}

/** Salt, name and value, or nothing. */
function parts(disclosure: string): readonly unknown[] {
  try {
    const bytes = atob(disclosure.replaceAll("-", "+").replaceAll("_", "/"));
    const json = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    const read: unknown = JSON.parse(json);
    return Array.isArray(read) && read.length === 3 ? read : [];
  } catch {
    return [];
  }
}
