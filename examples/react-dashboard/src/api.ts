import { readSession, type Session } from "./session.ts";

/** The APIs, behind this page's own origin. Elsewhere they have addresses of their own, and let this one in by CORS. */
export type ApiName = "care-api" | "billing-api";

export type Sent = "access token" | "ID token";

/** What an API answered; status 0 where it was not asked, or did not answer. */
export type Answer = { readonly status: number; readonly body: { readonly [name: string]: unknown } };

/**
 * Sends a request with a token, as it is now: an access token that has run out while the page was open is renewed first.
 * An API takes access tokens; it is asked with another one to see it refuse.
 */
export async function askApi(api: ApiName, path: string, sent: Sent = "access token"): Promise<Answer> {
  const session = await currentSession();
  if (session === null) return { status: 0, body: { error: "NO_TOKEN" } };
  const token = sent === "access token" ? session.accessToken : session.idToken;
  try {
    const response = await fetch(`/${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json().catch(() => ({}));
    return { status: response.status, body: body as Answer["body"] };
  } catch {
    return { status: 0, body: { error: "UNREACHABLE" } };
  }
}

/** Null where nobody is signed in any more, and where the pool or its trigger has refused to renew. */
async function currentSession(): Promise<Session | null> {
  try {
    return await readSession();
  } catch {
    return null;
  }
}

/** The code that an API refused with; null where it did not. */
export function refusalOf({ status, body }: Answer): string | null {
  if (status >= 200 && status < 400) return null;
  return typeof body["error"] === "string" ? body["error"] : `HTTP ${status}`;
}
