/** The APIs, behind this page's own origin. Elsewhere they have addresses of their own, and let this one in by CORS. */
export type ApiName = "care-api" | "billing-api";

/** What an API answered. */
export type Answer = { readonly status: number; readonly body: { readonly [name: string]: unknown } };

/** Sends a request with a token. An API takes access tokens; it is asked with another one to see it refuse. */
export async function askApi(api: ApiName, path: string, token: string): Promise<Answer> {
  const response = await fetch(`/${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await response.json().catch(() => ({}));
  return { status: response.status, body: body as Answer["body"] };
}

/** The code that an API refused with; null where it did not. */
export function refusalOf({ status, body }: Answer): string | null {
  if (status < 400) return null;
  return typeof body["error"] === "string" ? body["error"] : `HTTP ${status}`;
}
