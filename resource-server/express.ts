import type { NextFunction, Request, Response } from "express";
import { type AdapterOptions, authenticate } from "./authenticate.ts";
import { valuesOfLines } from "./bearer.ts";
import type { AnySealed, Opened, Opener } from "./opener.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/** An Express middleware after which `res.locals.auth` is what was opened, typed in the handlers beside it. */
export type SealedClaimsMiddleware<Claims, Sealed> = (
  req: Request,
  res: Response<unknown, { auth: Opened<Claims, Sealed> }>,
  next: NextFunction,
) => Promise<void>;

/**
 * Lets requests pass whose access token opens; others are answered here.
 *
 * ```ts
 * app.get("/charts", sealedClaims(opener), (_req, res) => {
 *   res.json({ clinic: res.locals.auth.claims.clinic_id });
 * });
 * ```
 */
export function sealedClaims<Claims = VerifiedToken, Sealed = AnySealed>(
  opener: Opener<Claims, Sealed>,
  options: AdapterOptions = {},
): SealedClaimsMiddleware<Claims, Sealed> {
  return async (req, res, next) => {
    const authorization = valuesOfLines(req.rawHeaders, "authorization");
    const { auth, refusal } = await authenticate(opener, opener.open, authorization, options);
    if (auth !== null) {
      res.locals.auth = auth;
      next();
      return;
    }
    res.status(refusal.status).set(refusal.headers).json(refusal.body);
  };
}
