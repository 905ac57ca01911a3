import { readBearer } from "./bearer.ts";
import type { Opener, OpenOptions } from "./opener.ts";
import { isOpenerError, OpenerError, type PublicCode } from "./opener-error.ts";

/** How a request is refused, in HTTP. */
export type Refusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: PublicCode };
};

export type AdapterOptions = {
  /** Scopes of this resource server, one of which these routes need beside what the opener asks for. */
  readonly scope?: string | readonly string[];
  /** Is told why a request was refused, for logs and alarms; the answer holds the public code alone. */
  readonly onRefused?: (error: OpenerError) => void;
};

/** A request whose token was opened, or what to answer instead. */
export type Authenticated<Auth> =
  | { readonly auth: Auth; readonly refusal: null }
  | { readonly auth: null; readonly refusal: Refusal };

/** Seconds after which a request that met an outage is worth repeating. */
const RETRY_AFTER = "5";

/**
 * Reads a request's access token and has it opened.
 *
 * @param authorization Every value of the request's `Authorization` header.
 * @param open `opener.open`, or `opener.verify` where nothing may be opened.
 * @throws whatever is no refusal of the token: a bug, say.
 */
export async function authenticate<Auth>(
  { resourceServer }: Pick<Opener, "resourceServer">,
  open: (accessToken: string, options: OpenOptions) => Promise<Auth>,
  authorization: readonly string[],
  { scope, onRefused, signal }: AdapterOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<Authenticated<Auth>> {
  const bearer = readBearer(authorization);
  try {
    if (bearer.token === null) throw new OpenerError("TOKEN_INVALID", "the request has no single bearer token");
    const auth = await open(bearer.token, { ...(scope !== undefined && { scope }), ...(signal && { signal }) });
    return { auth, refusal: null };
  } catch (error) {
    if (!isOpenerError(error)) throw error;
    onRefused?.(error);
    const unread = bearer.token === null ? (bearer.malformed ? "malformed" : "absent") : null;
    return { auth: null, refusal: refuse(error, resourceServer, unread) };
  }
}

/** The answer to a refused request: a neutral body, and a challenge where another token would do (RFC 6750 section 3). */
function refuse(error: OpenerError, realm: string, unread: "absent" | "malformed" | null): Refusal {
  const challenge = challengeFor(error, unread);
  return {
    // RFC 6750 section 3.1: a request that cannot be read in one way is a bad one, whatever token it may have meant.
    status: unread === "malformed" ? 400 : error.status,
    headers: {
      "Cache-Control": "no-store",
      ...(challenge !== null && { "WWW-Authenticate": [`Bearer realm="${realm}"`, ...challenge].join(", ") }),
      ...(error.code === "KEY_UNAVAILABLE" && { "Retry-After": RETRY_AFTER }),
    },
    body: { error: error.publicCode },
  };
}

function challengeFor(error: OpenerError, unread: "absent" | "malformed" | null): readonly string[] | null {
  // RFC 6750 section 3.1: no error code for a client that did not know it had to authenticate.
  if (unread === "absent") return [];
  if (unread === "malformed") return ['error="invalid_request"'];
  if (error.code === "SCOPE_MISSING")
    return ['error="insufficient_scope"', `scope="${(error.scopes ?? []).join(" ")}"`];
  if (error.code === "TOKEN_USE") {
    return ['error="invalid_token"', 'error_description="This is an ID token: send the access token"'];
  }
  return error.status === 401 ? ['error="invalid_token"'] : null;
}
