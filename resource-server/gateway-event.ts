import { type AdapterOptions, type Authenticated, authenticate, type Refusal } from "./authenticate.ts";
import { valuesOf } from "./bearer.ts";
import type { Opened, Opener } from "./opener.ts";

/** What API Gateway hands to a function, REST or HTTP API, of which its headers are read. */
export type GatewayEvent = {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** REST APIs: every value of each header; `headers` has the last of them. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
};

/** What a function gives back to API Gateway. */
export type GatewayResult = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Every `Authorization` header of the event. */
export function authorizationOf({ headers, multiValueHeaders }: GatewayEvent): readonly string[] {
  const all = valuesOf(multiValueHeaders, "authorization");
  return all.length > 0 ? all : valuesOf(headers, "authorization");
}

/**
 * Opens the raw `Authorization` header of an event. Whatever an authorizer before the function has found is left aside:
 * it arrives flattened to text, and anybody who may invoke the function could have written it.
 */
export async function openEvent<Claims, Sealed>(
  opener: Opener<Claims, Sealed>,
  event: GatewayEvent,
  options: AdapterOptions,
): Promise<Authenticated<Opened<Claims, Sealed>>> {
  return authenticate(opener, opener.open, authorizationOf(event), options);
}

export function toGatewayResult({ status, headers, body }: Refusal): GatewayResult {
  return {
    statusCode: status,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
