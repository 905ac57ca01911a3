import { createHash } from "node:crypto";
import type { LoopbackAnswer } from "../loopback.ts";

/** What the form of the sign-in page shows. */
export type LoginPage = {
  /** Where the form is sent: the page's own address with the authorization request in its query. */
  readonly action: string;
  /** Where the browser goes after it; the page may send forms there and nowhere else. */
  readonly redirectUri: string;
  readonly csrf: string;
  readonly username: string;
  /** Above the form: why the last attempt failed. */
  readonly problem: string | null;
  /** Set where a temporary password has to be replaced. */
  readonly session: string | null;
};

const style = [
  ":root{color-scheme:light dark}",
  "body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:22rem;padding:0 1rem}",
  "label,input,button{display:block;font:inherit;width:100%;box-sizing:border-box}",
  "input{margin:.25rem 0 1rem;padding:.5rem}",
  "button{padding:.6rem}",
  "[role=alert]{border-left:.25rem solid #b00020;padding-left:.75rem}",
].join("");

const styleHash = createHash("sha256").update(style).digest("base64");

/** The sign-in page, or the page that asks for a new password. No scripts, and nothing loaded from anywhere. */
export function loginPage(status: number, page: LoginPage): LoopbackAnswer {
  const { action, csrf, username, problem, session } = page;
  const alert = problem === null ? "" : `<p role="alert">${escaped(problem)}</p>`;
  const fields =
    session === null
      ? field("Username or email", "username", "text", "username", username) +
        field("Password", "password", "password", "current-password")
      : hidden("username", username) +
        hidden("session", session) +
        field("New password", "new_password", "password", "new-password");
  const form = `<form method="post" action="${escaped(action)}">${hidden("_csrf", csrf)}${fields}<button>Sign in</button></form>`;
  // The browser checks form-action for the redirect that follows the form as well.
  const headers = pageHeaders(`'self' ${sourceOf(page.redirectUri)}`);
  return { status, headers, body: html("Sign in", `<h1>Sign in</h1>${alert}${form}`) };
}

/** A page for what cannot be told to an application: its own address would be the one that is wrong. Assumed: error-page. */
export function errorPage(error: string): LoopbackAnswer {
  const text = `<h1>An error was encountered with the requested page.</h1><p role="alert">${escaped(error)}</p>`;
  return { status: 400, headers: pageHeaders("'none'"), body: html("Error", text) };
}

function pageHeaders(formAction: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${formAction}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "cache-control": "no-store",
    // The browser names the page's origin when it sends the form, which is checked, and tells nobody else its address.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}

/** A redirect_uri as a CSP source: its origin, or its scheme where it is an app's own. */
function sourceOf(redirectUri: string): string {
  const { protocol, origin } = new URL(redirectUri);
  return origin === "null" ? protocol : origin;
}

function html(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style><body>${body}</body></html>`;
}

function field(label: string, name: string, type: string, autocomplete: string, value = ""): string {
  return `<label>${label}<input name="${name}" type="${type}" autocomplete="${autocomplete}" value="${escaped(value)}" required></label>`;
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escaped(value)}">`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
