import { randomUUID } from "node:crypto";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import { parseInput } from "./api-input.ts";
import { cognitoApi } from "./cognito-api.ts";
import { preflight, readableFrom } from "./cors.ts";
import { DISCOVERY_PATH, discovery, JWKS_PATH } from "./discovery.ts";
import { UserPoolError } from "./error.ts";
import { answerLogin, authorize, logout, showLogin } from "./managed-login.ts";
import { answerRevocation } from "./revocation-endpoint.ts";
import { answerTokenRequest, type OAuthRequest } from "./token-endpoint.ts";
import { answerUserInfo } from "./user-info.ts";
import type { UserPool } from "./user-pool.ts";

/** What comes before the operation's name in `x-amz-target`. */
const service = "AWSCognitoIdentityProviderService.";

/**
 * Serves a pool on 127.0.0.1: the user pools API at `/`, the OAuth endpoints, the sign-in page, and the issuer's two
 * documents. On AWS these are three hosts; here they are one.
 */
export async function serveUserPool(pool: UserPool, port = 0): Promise<Loopback> {
  return serveLoopback((request) => answer(pool, request), port);
}

async function answer(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const page = await answerPage(pool, request);
  return page ?? readableFrom(request, preflight(request) ?? (await answerCall(pool, request)));
}

/** What a browser navigates to; null for everything else. */
async function answerPage(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer | null> {
  switch (`${request.method} ${request.path}`) {
    case "GET /oauth2/authorize":
      return authorize(pool, request);
    case "GET /login":
      return showLogin(pool, request);
    case "POST /login":
      return answerLogin(pool, request);
    case "GET /logout":
      return logout(pool, request);
    default:
      return null;
  }
}

/** What applications call. */
async function answerCall(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const { method, path, headers } = request;
  switch (`${method} ${path}`) {
    case "POST /":
      return answerApi(pool, request);
    case "POST /oauth2/token":
      return oauth(await answerTokenRequest(pool, oauthRequest(request)));
    case "POST /oauth2/revoke":
      return oauth(answerRevocation(pool, oauthRequest(request)));
    case "GET /oauth2/userInfo":
      return answerUserInfo(pool, headers.authorization);
    case `GET /${pool.poolId}${JWKS_PATH}`:
      return json(200, pool.keys.jwks);
    case `GET /${pool.poolId}${DISCOVERY_PATH}`:
      return json(200, discovery(pool, `http://${headers.host}`));
    default:
      return json(404, { message: "Not Found" });
  }
}

function oauthRequest({ headers, body }: LoopbackRequest): OAuthRequest {
  return { contentType: headers["content-type"], authorization: headers.authorization, body };
}

function oauth({ status, body }: { readonly status: number; readonly body?: object }): LoopbackAnswer {
  // RFC 6749, section 5.1.
  const headers = { "cache-control": "no-store", pragma: "no-cache" };
  return body === undefined ? { status, headers } : json(status, body, headers);
}

async function answerApi(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer> {
  try {
    return apiAnswer(200, await runOperation(pool, request));
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    return apiAnswer(400, { __type: error.code, message: error.message }, { "x-amzn-errortype": `${error.code}:` });
  }
}

async function runOperation(pool: UserPool, { headers, body }: LoopbackRequest): Promise<object> {
  const target = headers["x-amz-target"];
  const name = typeof target === "string" && target.startsWith(service) ? target.slice(service.length) : "";
  const operation = cognitoApi.get(name);
  if (operation === undefined)
    throw new UserPoolError("UnknownOperationException", "the embedded user pool has no such operation");
  // That a signature is there is checked, not yet whose it is.
  if (operation.signed && !headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    throw new UserPoolError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  return operation.run(pool, parseInput(body));
}

type Headers = { readonly [name: string]: string };

function apiAnswer(status: number, body: object, headers: Headers = {}): LoopbackAnswer {
  const common = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return { status, headers: { ...common, ...headers }, body: JSON.stringify(body) };
}

function json(status: number, body: object, headers: Headers = {}): LoopbackAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
