import type { MiddlewareHandler } from "hono";
import type { AdapterOptions } from "./authenticate.ts";
import { fromRequest } from "./from-request.ts";
import type { AnySealed, Opened, Opener } from "./opener.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/**
 * Hono middleware: lets requests pass whose access token opens, with what was opened in `c.var.auth`; others are
 * answered here.
 *
 * ```ts
 * app.get("/charts", sealedClaims(opener), (c) => c.json({ clinic: c.var.auth.claims.clinic_id }));
 * ```
 */
export function sealedClaims<Claims = VerifiedToken, Sealed = AnySealed>(
  opener: Opener<Claims, Sealed>,
  options: AdapterOptions = {},
): MiddlewareHandler<{ Variables: { auth: Opened<Claims, Sealed> } }> {
  return async (c, next) => {
    const { auth, refusal } = await fromRequest(opener, c.req.raw, options);
    if (refusal !== null) return refusal;
    c.set("auth", auth);
    return next();
  };
}
