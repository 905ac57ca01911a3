import { randomUUID } from "node:crypto";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import { parseInput } from "./api-input.ts";
import { cognitoApi } from "./cognito-api.ts";
import { UserPoolError } from "./error.ts";
import { answerTokenRequest } from "./token-endpoint.ts";
import type { UserPool } from "./user-pool.ts";

/** What comes before the operation's name in `x-amz-target`. */
const service = "AWSCognitoIdentityProviderService.";

/**
 * Serves a pool on 127.0.0.1: the user pools API at `/`, the token endpoint, and the issuer's two documents. On AWS
 * these are three hosts; here they are one.
 */
export async function serveUserPool(pool: UserPool, port = 0): Promise<Loopback> {
  return serveLoopback((request) => answer(pool, request), port);
}

async function answer(pool: UserPool, request: LoopbackRequest): Promise<LoopbackAnswer> {
  switch (`${request.method} ${request.path}`) {
    case "POST /":
      return answerApi(pool, request);
    case "POST /oauth2/token":
      return answerToken(pool, request);
    case `GET /${pool.poolId}/.well-known/jwks.json`:
      return json(200, pool.keys.jwks);
    case `GET /${pool.poolId}/.well-known/openid-configuration`:
      return json(200, discovery(pool, `http://${request.headers.host}`));
    default:
      return json(404, { message: "Not Found" });
  }
}

async function answerToken(pool: UserPool, { headers, body }: LoopbackRequest): Promise<LoopbackAnswer> {
  const { "content-type": contentType, authorization } = headers;
  const answered = await answerTokenRequest(pool, { contentType, authorization, body });
  // RFC 6749, section 5.1.
  return json(answered.status, answered.body, { "cache-control": "no-store", pragma: "no-cache" });
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

/**
 * The discovery document. The issuer is the real one, since tokens name it; the endpoints are where this server is.
 * There is no authorization endpoint here yet, so none is named.
 */
function discovery({ issuer, poolId }: UserPool, base: string): object {
  return {
    issuer,
    jwks_uri: `${base}/${poolId}/.well-known/jwks.json`,
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    id_token_signing_alg_values_supported: ["RS256"],
    subject_types_supported: ["public"],
    scopes_supported: ["openid", "email", "phone", "profile"],
  };
}

type Headers = { readonly [name: string]: string };

function apiAnswer(status: number, body: object, headers: Headers = {}): LoopbackAnswer {
  const common = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return { status, headers: { ...common, ...headers }, body: JSON.stringify(body) };
}

function json(status: number, body: object, headers: Headers = {}): LoopbackAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
