import { type AdapterOptions, authenticate } from "./authenticate.ts";
import type { AnySealed, Opened, Opener } from "./opener.ts";
import type { VerifiedToken } from "./verify-access-token.ts";

/**
 * Opens the access token of a Fetch API `Request`: its claims and secrets, or the `Response` to give instead.
 *
 * ```ts
 * const { auth, refusal } = await fromRequest(opener, request);
 * if (refusal) return refusal;
 * auth.claims.clinic_id;
 * ```
 */
export async function fromRequest<Claims = VerifiedToken, Sealed = AnySealed>(
  opener: Opener<Claims, Sealed>,
  request: Request,
  options: AdapterOptions = {},
): Promise<
  | { readonly auth: Opened<Claims, Sealed>; readonly refusal: null }
  | { readonly auth: null; readonly refusal: Response }
> {
  const authorization = request.headers.get("authorization");
  const { signal } = request;
  const { auth, refusal } = await authenticate(opener, opener.open, authorization === null ? [] : [authorization], {
    ...options,
    signal,
  });
  if (auth !== null) return { auth, refusal: null };
  const { status, headers, body } = refusal;
  return { auth: null, refusal: Response.json(body, { status, headers }) };
}
