import { createHash, randomBytes } from "node:crypto";

export const callback = "http://localhost:3000/callback";

/** A browser as far as a sign-in page needs one: keeps cookies, fills in the form it was shown, follows no redirect. */
export type Browser = {
  readonly get: (path: string) => Promise<Page>;
  /** Sends the form of the last page with these fields filled in. */
  readonly submit: (fields: Record<string, string>, headers?: Record<string, string>) => Promise<Page>;
};

export type Page = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Where it leads, if it is a redirect. */
  readonly location: URL | null;
  /** The text above the form. */
  readonly problem: string | null;
};

export function openBrowser(url: string): Browser {
  const cookies = new Map<string, string>();
  let form: { action: string; hidden: Record<string, string> } = { action: "/", hidden: {} };

  const visit = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(path, url), {
      ...init,
      redirect: "manual",
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";")[0]?.split("=") ?? [];
      if (line.includes("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value);
    }
    const body = await response.text();
    const action = /<form method="post" action="([^"]*)"/.exec(body)?.[1];
    if (action !== undefined) {
      const inputs = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
      form = {
        action: unescaped(action),
        hidden: Object.fromEntries(inputs.map(([, name = "", value = ""]) => [name, unescaped(value)])),
      };
    }
    const location = response.headers.get("location");
    const problem = /<p role="alert">(.*?)<\/p>/s.exec(body)?.[1];
    return {
      status: response.status,
      headers: response.headers,
      body,
      location: location === null ? null : new URL(location, url),
      problem: problem === undefined ? null : unescaped(problem),
    };
  };

  return {
    get: (path) => visit(path),
    submit: (fields, headers = {}) =>
      visit(form.action, { method: "POST", headers, body: new URLSearchParams({ ...form.hidden, ...fields }) }),
  };
}

/** A verifier and its S256 challenge. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The address an application sends the browser to. */
export function authorizePath(clientId: string, more: Record<string, string> = {}): string {
  const query = { response_type: "code", client_id: clientId, redirect_uri: callback, ...more };
  return `/oauth2/authorize?${new URLSearchParams(query).toString()}`;
}

/** Exchanges a code as a public client. */
export async function exchange(
  url: string,
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = new URLSearchParams({ grant_type: "authorization_code", redirect_uri: callback, ...form });
  const response = await fetch(`${url}/oauth2/token`, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What the token endpoint answers to a code; without `openid` there is no ID token. */
export type TokenAnswer = { access_token: string; refresh_token: string; id_token?: string };

/** The whole way for a public client: page, form, code, tokens. */
export async function signInByPage(
  url: string,
  person: { readonly username: string; readonly password: string },
  clientId: string,
  scope: string,
): Promise<TokenAnswer> {
  const { verifier, challenge } = pkce();
  const browser = openBrowser(url);
  const { location } = await browser.get(
    authorizePath(clientId, { scope, code_challenge: challenge, code_challenge_method: "S256" }),
  );
  await browser.get(`${location?.pathname}${location?.search}`);
  const back = await browser.submit({ username: person.username, password: person.password });
  const code = back.location?.searchParams.get("code") ?? "";
  return (await exchange(url, { client_id: clientId, code, code_verifier: verifier })).body as TokenAnswer;
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
