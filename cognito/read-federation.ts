import { bracketText } from "./bracket-list.ts";
import { fields, text } from "./event-fields.ts";
import type { FederationEvent } from "./federation-event.ts";
import { isNothing, own } from "./own-fields.ts";

/** What an identity provider says of a person: the event, read once. */
export type Federated = {
  readonly poolId: string;
  readonly clientId: string;
  /** As the pool calls it. */
  readonly provider: string;
  readonly providerType: string;
  /** By the provider's own names; null for what is there and is no text. */
  readonly attributes: ReadonlyMap<string, string | null>;
};

/**
 * Reads an event of the Inbound Federation trigger. Takes the fields it needs and leaves the rest alone. Tokens of the
 * provider (`tokenResponse`) are never looked at.
 *
 * @throws {CognitoError} `EVENT_MALFORMED` when a needed field is missing or of another type; names the field only.
 */
export function readFederation(event: unknown): Federated {
  const envelope = fields(event, "event");
  const request = fields(own(envelope, "request"), "request");
  const attributes = fields(own(request, "attributes"), "request.attributes");
  const providerType = text(own(request, "providerType"), "request.providerType");
  // What the ID token says was verified, and comes before what the provider says when it is asked.
  const parts = providerType === "SAML" ? ["samlResponse"] : ["userInfo", "idToken"];
  return {
    poolId: text(own(envelope, "userPoolId"), "userPoolId"),
    clientId: text(own(fields(own(envelope, "callerContext"), "callerContext"), "clientId"), "callerContext.clientId"),
    provider: text(own(request, "providerName"), "request.providerName"),
    providerType,
    attributes: new Map(
      parts.flatMap((part) => {
        const said = own(attributes, part);
        return isNothing(said) ? [] : Object.entries(fields(said, `request.attributes.${part}`)).map(asText);
      }),
    ),
  };
}

/**
 * The event to return to Cognito: the one that came, with these attributes and no others to be mapped and stored.
 *
 * @throws {TypeError} when there are none: Cognito would take that for leave to store everything.
 */
export function writeFederation(event: FederationEvent, kept: ReadonlyMap<string, string>): FederationEvent {
  if (kept.size === 0) throw new TypeError("an answer without attributes keeps all of them");
  // fromEntries defines properties instead of assigning them: `__proto__` is a name like any other.
  return { ...event, response: { userAttributesToMap: Object.fromEntries(kept) } };
}

/** An attribute as Cognito writes it into a profile: scalars as text, several texts as one. */
function asText([name, value]: readonly [string, unknown]): readonly [string, string | null] {
  if (typeof value === "string") return [name, value];
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return [name, String(value)];
  return [name, Array.isArray(value) ? bracketText(value) : null];
}
