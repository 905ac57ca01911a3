import { randomBytes, randomUUID } from "node:crypto";
import type { LoopbackAnswer, LoopbackRequest } from "../loopback.ts";
import { issueCode } from "./authorization-code.ts";
import { type AuthorizationRequest, locationOf, readAuthorizationRequest } from "./authorization-request.ts";
import { clearedCookie, cookie, readCookie } from "./cookies.ts";
import { UserPoolError } from "./error.ts";
import { errorPage, type LoginPage, loginPage } from "./login-page.ts";
import { type Parameters, readForm, required } from "./oauth-form.ts";
import { agreeWithTrigger } from "./person-tokens.ts";
import { authenticatedUser, challengeForPassword, replaceTemporaryPassword } from "./sign-in.ts";
import { newMarks } from "./token-issue.ts";
import type { TokenRequest } from "./trigger-request.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

const csrfCookie = "XSRF-TOKEN";
const sessionCookie = "cognito";

/** How long somebody may come back without a password. Source: Amazon Cognito developer guide, "Managed login". */
const sessionS = 3600;

/**
 * `GET /oauth2/authorize`: to the sign-in page; straight back with a code, where the browser has a session; or back
 * with an error. Assumed: one-browser-session.
 */
export async function authorize(pool: UserPool, { query, headers }: LoopbackRequest): Promise<LoopbackAnswer> {
  const read = readAuthorizationRequest(pool, query);
  if (read.kind === "page") return errorPage(read.error);
  if (read.kind === "redirect") return redirect(read.location);
  const { request } = read;
  const session = pool.browserSessions.find(readCookie(headers, sessionCookie));
  const known = session.state === "live" ? session.value : null;
  const user = known === null ? undefined : pool.directory.find(known.username);
  if (request.prompt === "login" || known === null || user?.enabled !== true) {
    if (request.prompt !== "none") return redirect(`/login?${query.toString()}`);
    return redirect(locationOf(request, { error_description: "nobody is signed in", error: "login_required" }));
  }
  try {
    return redirect(await codeLocation(pool, request, user, "TokenGeneration_HostedAuth", known.authTime));
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    return redirect(locationOf(request, { error_description: internalText(error), error: "invalid_request" }));
  }
}

/** `GET /login`: the sign-in page, for a request that the authorize endpoint would take. */
export function showLogin(pool: UserPool, { query, headers }: LoopbackRequest): LoopbackAnswer {
  const read = readAuthorizationRequest(pool, query);
  if (read.kind === "page") return errorPage(read.error);
  if (read.kind === "redirect") return redirect(read.location);
  const csrf = readCookie(headers, csrfCookie) || randomBytes(32).toString("base64url");
  const { redirectUri, loginHint } = read.request;
  return withCookie(
    loginPage(200, { ...formOf(query, redirectUri), csrf, username: loginHint ?? "" }),
    cookie(csrfCookie, csrf),
  );
}

/** `POST /login`: the sign-in itself. What fails is told above the form, a trigger's text too. */
export async function answerLogin(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const { query, headers, body } = request;
  const read = readAuthorizationRequest(pool, query);
  if (read.kind === "page") return errorPage(read.error);
  if (read.kind === "redirect") return redirect(read.location);
  const csrf = readCookie(headers, csrfCookie);
  let page: LoginPage = { ...formOf(query, read.request.redirectUri), csrf };
  try {
    const form = readForm({ contentType: headers["content-type"], body });
    page = { ...page, username: form.get("username") ?? "" };
    if (!isOwnForm(request, csrf, form)) return errorPage("the form did not come from the sign-in page");
    return await signIn(pool, read.request, form, page);
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    // Assumed: trigger-error-place.
    return loginPage(400, { ...page, problem: error.message });
  }
}

/**
 * `GET /logout`: ends the browser's session and goes to a registered logout_uri. Tokens stay as they are.
 * Source: Amazon Cognito developer guide, "Logout endpoint".
 */
export function logout(pool: UserPool, { query, headers }: LoopbackRequest): LoopbackAnswer {
  const client = pool.clients.get(query.get("client_id") ?? "");
  const target = query.get("logout_uri") ?? "";
  if (client?.logoutUrls?.includes(target) !== true) return errorPage("redirect_mismatch");
  pool.browserSessions.forget(readCookie(headers, sessionCookie));
  const state = query.get("state");
  return withCookie(redirect(locationOf({ redirectUri: target, state }, {})), clearedCookie(sessionCookie));
}

type Form = Omit<LoginPage, "csrf">;

function formOf(query: URLSearchParams, redirectUri: string): Form {
  return { action: `/login?${query.toString()}`, redirectUri, username: "", problem: null, session: null };
}

/**
 * The form has to bring what its cookie holds, and no other site's page may have sent it. Its origin is https where a
 * server with a certificate stands in front, which applications need: Amplify goes to `https://` and nothing else.
 */
function isOwnForm({ headers }: LoopbackRequest, csrf: string, form: Parameters): boolean {
  const { origin, host } = headers;
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  return csrf !== "" && form.get("_csrf") === csrf && isOwn;
}

async function signIn(
  pool: UserPool,
  request: AuthorizationRequest,
  form: Parameters,
  page: LoginPage,
): Promise<LoopbackAnswer> {
  const [username, session] = [required(form, "username"), form.get("session")];
  if (session !== undefined) {
    const newPassword = required(form, "new_password");
    try {
      const user = replaceTemporaryPassword(pool, request.client, { session, username, newPassword });
      return await signedIn(pool, request, user, "TokenGeneration_NewPasswordChallenge");
    } catch (error) {
      if (!(error instanceof UserPoolError && error.code === "InvalidPasswordException")) throw error;
      return loginPage(400, { ...page, session, problem: error.message });
    }
  }
  const user = authenticatedUser(pool, username, required(form, "password"));
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    return loginPage(200, { ...page, session: challengeForPassword(pool, request.client, user) });
  }
  return signedIn(pool, request, user, "TokenGeneration_HostedAuth");
}

/** Assumed: hosted-source, hosted-new-password. */
async function signedIn(
  pool: UserPool,
  request: AuthorizationRequest,
  user: PoolUser,
  source: TokenRequest["source"],
): Promise<LoopbackAnswer> {
  const { authTime } = newMarks(pool);
  const location = await codeLocation(pool, request, user, source, authTime);
  const session = pool.browserSessions.issue({ username: user.username, authTime }, sessionS);
  return withCookie(redirect(location), cookie(sessionCookie, session));
}

/** Back to the application with a code, once the trigger has agreed to the tokens behind it. */
async function codeLocation(
  pool: UserPool,
  request: AuthorizationRequest,
  user: PoolUser,
  source: TokenRequest["source"],
  authTime: number,
): Promise<string> {
  const asked = { source, scopes: request.scopes, clientMetadata: null };
  const marks = { ...newMarks(pool), authTime };
  const agreed = await agreeWithTrigger(pool, request.client, user, asked, marks);
  return locationOf(request, { code: issueCode(pool, { username: user.username, agreed, request }) });
}

/** Where no page is shown, the text of the service behind the page comes through. Assumed: trigger-error-place. */
function internalText({ code, message }: UserPoolError): string {
  const details = `Status Code: 400; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null`;
  return `${message} (Service: AWSCognitoIdentityProviderInternalService; ${details})`;
}

function redirect(location: string): LoopbackAnswer {
  return { status: 302, headers: { location, "cache-control": "no-store" } };
}

function withCookie(answer: LoopbackAnswer, setCookie: string): LoopbackAnswer {
  return { ...answer, headers: { ...answer.headers, "set-cookie": setCookie } };
}
