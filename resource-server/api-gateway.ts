import { type AdapterOptions, authenticate } from "./authenticate.ts";
import { authorizationOf, type GatewayEvent, type GatewayResult, openEvent, toGatewayResult } from "./gateway-event.ts";
import type { AnySealed, Opened, Opener } from "./opener.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

export type { GatewayEvent, GatewayResult } from "./gateway-event.ts";

/** What API Gateway asks a REST API's authorizer: of type TOKEN, or of type REQUEST. */
export type RestAuthorizerEvent = { readonly methodArn: string } & (
  | { readonly type: "TOKEN"; readonly authorizationToken: string }
  | ({ readonly type: "REQUEST" } & GatewayEvent)
);

export type RestAuthorizerResult = {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: { Action: "execute-api:Invoke"; Effect: "Allow" | "Deny"; Resource: string }[];
  };
  /** Passed on to integrations, access logs and the authorizer's cache, so nothing that was sealed is ever in it. */
  readonly context: Record<string, string>;
};

export type HttpAuthorizerResult = { readonly isAuthorized: boolean; readonly context: Record<string, string> };

export type AuthorizerOptions = AdapterOptions & {
  /** Clear claims to pass on, by name. Texts go as they are, all else as JSON; a claim the token has not is left out. */
  readonly context?: readonly string[];
};

/**
 * A Lambda authorizer for a REST API, of type TOKEN or REQUEST.
 *
 * It verifies and opens nothing: KMS is not asked, and its role needs no right to a key. The function behind it opens,
 * by `withAuth`. No token, or one that is not valid, is 401; one without the scope 403; an outage 500.
 */
export function restAuthorizer<Claims, Sealed>(
  opener: Opener<Claims, Sealed>,
  options: AuthorizerOptions = {},
): (event: RestAuthorizerEvent) => Promise<RestAuthorizerResult> {
  return async (event) => {
    const authorization = event.type === "TOKEN" ? [event.authorizationToken] : authorizationOf(event);
    const verified = await verify(opener, authorization, options);
    return {
      principalId: verified?.subject ?? "refused",
      policyDocument: policy(verified ? "Allow" : "Deny", event.methodArn),
      context: verified?.context ?? {},
    };
  };
}

/** A Lambda authorizer for an HTTP API, with simple responses of payload format 2.0; the same as `restAuthorizer`. */
export function httpAuthorizer<Claims, Sealed>(
  opener: Opener<Claims, Sealed>,
  options: AuthorizerOptions = {},
): (event: GatewayEvent) => Promise<HttpAuthorizerResult> {
  return async (event) => {
    const verified = await verify(opener, authorizationOf(event), options);
    return { isAuthorized: verified !== null, context: verified?.context ?? {} };
  };
}

/**
 * A Lambda function behind API Gateway: the handler runs with what was opened, and other requests are answered here.
 *
 * The raw `Authorization` header is verified again, whatever authorizer stands before. What one passes on is flattened
 * to text (an array becomes `[a b]`), holds no envelope, and could be written by anybody who may invoke the function.
 *
 * ```ts
 * export const handler = withAuth(opener, async (event, auth) => ({
 *   statusCode: 200,
 *   body: JSON.stringify({ clinic: auth.claims.clinic_id }),
 * }));
 * ```
 */
export function withAuth<Event extends GatewayEvent, Context, Result, Claims = VerifiedToken, Sealed = AnySealed>(
  opener: Opener<Claims, Sealed>,
  handler: (event: Event, auth: Opened<Claims, Sealed>, context: Context) => Promise<Result>,
  options: AdapterOptions = {},
): (event: Event, context: Context) => Promise<Result | GatewayResult> {
  return async (event, context) => {
    const { auth, refusal } = await openEvent(opener, event, options);
    return auth === null ? toGatewayResult(refusal) : handler(event, auth, context);
  };
}

/** What an authorizer passes on of a token; null for one that is refused with 403. */
async function verify<Claims, Sealed>(
  opener: Opener<Claims, Sealed>,
  authorization: readonly string[],
  { context = [], ...options }: AuthorizerOptions,
): Promise<{ readonly subject: string; readonly context: Record<string, string> } | null> {
  const { auth, refusal } = await authenticate(opener, opener.verify, authorization, options);
  if (auth !== null) {
    const claims = auth.claims as { readonly [claim: string]: unknown };
    return { subject: String(claims["sub"]), context: contextOf(claims, context) };
  }
  // The one text that API Gateway answers with 401; any other error of an authorizer is 500.
  if (refusal.status < 403) throw new Error("Unauthorized");
  if (refusal.status > 403) throw new Error(refusal.body.error);
  return null;
}

/** The stage as a whole: the answer is cached by token, and one for a single method would refuse the next. */
function policy(Effect: "Allow" | "Deny", methodArn: string): RestAuthorizerResult["policyDocument"] {
  const [api = "", stage = ""] = methodArn.split("/");
  const Resource = `${api}/${stage}/*`;
  return { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] };
}

function contextOf(claims: { readonly [claim: string]: unknown }, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = claims[name];
      if (value === undefined) return [];
      return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
    }),
  );
}
