import { isOpenerError } from "claimseal/open";

/**
 * What a service sees of the access token it was sent, for a page that shows it. A real service answers with what it
 * made of the values; here they are sent back, and each counts as revealed.
 *
 * @param auth What the middleware has opened.
 * @param curious Opens, with this service's own name and key, the envelope of another one; by that one's name.
 */
export async function seen(auth, accessToken, curious = {}) {
  const clear = Object.entries(auth.claims).filter(([claim]) => !claim.startsWith("sealed_"));
  const others = await Promise.all(
    Object.entries(curious).map(async ([name, opener]) => [name, await outcome(opener, accessToken)]),
  );
  return {
    claims: Object.fromEntries(clear),
    opened: auth.revealAll({ reason: "shown to the person whose token it is" }),
    others: Object.fromEntries(others),
  };
}

/** The code that another service's envelope is refused with; null if it opened, which it must not. */
async function outcome(opener, accessToken) {
  try {
    await opener.open(accessToken);
    return null;
  } catch (error) {
    if (!isOpenerError(error)) throw error;
    return error.code;
  }
}

/**
 * Options of an opener that reaches for another service's envelope: the claim that carries it, and nothing else, is the
 * other's. A service cannot do more than that; its role has no right to the other's key.
 */
export function curiousOptions({ resourceServer, ...own }, other) {
  const identifier = typeof resourceServer === "string" ? resourceServer : resourceServer.identifier;
  return { ...own, scope: null, resourceServer: { name: other, identifier } };
}
