import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import type { AdapterOptions } from "./authenticate.ts";
import { type GatewayEvent, type GatewayResult, openEvent, toGatewayResult } from "./gateway-event.ts";
import type { AnySealed, Opened, Opener } from "./opener.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/**
 * A middy middleware: the handler runs with what was opened in `context.auth`; other requests are answered here. The
 * raw `Authorization` header is verified, whatever authorizer stands before the function.
 *
 * ```ts
 * export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>()
 *   .use(sealedClaims(opener))
 *   .handler(async (_event, { auth }) => ({ statusCode: 200, body: String(auth.claims.clinic_id) }));
 * ```
 */
export function sealedClaims<Claims = VerifiedToken, Sealed = AnySealed>(
  opener: Opener<Claims, Sealed>,
  options: AdapterOptions = {},
): MiddlewareObj<GatewayEvent, GatewayResult, Error, Context & { auth: Opened<Claims, Sealed> }> {
  return {
    name: "claimseal",
    before: async (request) => {
      const { auth, refusal } = await openEvent(opener, request.event, options);
      // What a middleware returns before the handler is the answer, and the handler does not run.
      if (auth === null) return toGatewayResult(refusal);
      request.context.auth = auth;
      return undefined;
    },
  };
}
