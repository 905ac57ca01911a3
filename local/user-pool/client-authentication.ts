import { type AppClient, showsItsSecret } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
import { type Parameters, required } from "./oauth-form.ts";
import type { UserPool } from "./user-pool.ts";

/**
 * The client that asks, by Basic credentials or by `client_id` and `client_secret` in the form; never by both.
 * Source: RFC 6749, section 2.3.1.
 *
 * @throws {UserPoolError} `invalid_client` or `invalid_request`.
 */
export function authenticateClient(pool: UserPool, authorization: string | undefined, form: Parameters): AppClient {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  if (basic !== undefined && form.has("client_secret")) {
    throw new UserPoolError("invalid_request", "credentials are there twice");
  }
  const id = basic?.id ?? required(form, "client_id");
  if (form.has("client_id") && form.get("client_id") !== id) {
    throw new UserPoolError("invalid_request", "client_id is not the client of the credentials");
  }
  const client = pool.clients.get(id);
  if (client === undefined || !showsItsSecret(client, basic?.secret ?? form.get("client_secret"))) {
    throw new UserPoolError("invalid_client", "unknown client or wrong secret");
  }
  return client;
}

function readBasic(authorization: string): { readonly id: string; readonly secret: string } {
  const [scheme = "", credentials = ""] = authorization.split(" ");
  const [id = "", ...secret] = Buffer.from(credentials, "base64").toString().split(":");
  if (scheme.toLowerCase() !== "basic" || secret.length === 0) {
    throw new UserPoolError("invalid_client", "the Authorization header is not Basic");
  }
  return { id, secret: secret.join(":") };
}
