import { createHmac } from "node:crypto";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { serveUserPool } from "../../../local/user-pool/server.ts";
import { createUserPool, type UserPool, type UserPoolOptions } from "../../../local/user-pool/user-pool.ts";

export const poolId = "eu-west-1_EmBeDdEd1";
export const issuer: string = `https://cognito-idp.eu-west-1.amazonaws.com/${poolId}`;

/** A browser app, a web server and a machine. */
export const web: AppClient = {
  id: "web0client0id",
  name: "web",
  flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  allowedScopes: ["openid", "care/read"],
};
export const site: AppClient & { readonly secret: string } = {
  ...web,
  id: "site0client0id",
  name: "site",
  secret: "site-secret",
};
export const machine: AppClient & { readonly secret: string } = {
  id: "machine0client0id",
  name: "machine",
  secret: "machine-secret",
  flows: ["client_credentials"],
  allowedScopes: ["care/read", "care/export"],
};

export type EmbeddedPool = {
  readonly pool: UserPool;
  readonly url: string;
  /** The SDK's own client, told nothing but where the server is. */
  readonly cognito: CognitoIdentityProviderClient;
  readonly stop: () => Promise<void>;
};

export async function startPool(options: Partial<UserPoolOptions> = {}): Promise<EmbeddedPool> {
  const pool = await createUserPool({
    poolId,
    region: "eu-west-1",
    lambdaVersion: "V3",
    clients: [web, site, machine],
    resourceServers: [{ identifier: "care", scopes: ["read", "export", "delete"] }],
    ...options,
  });
  const { url, stop } = await serveUserPool(pool);
  const cognito = new CognitoIdentityProviderClient({
    region: "eu-west-1",
    endpoint: url,
    credentials: { accessKeyId: "someone", secretAccessKey: "something" },
  });
  return {
    pool,
    url,
    cognito,
    stop: async () => {
      cognito.destroy();
      await stop();
    },
  };
}

/** SECRET_HASH as an application computes it. */
export function secretHash(username: string, { id, secret }: { id: string; secret: string }): string {
  return createHmac("sha256", secret).update(`${username}${id}`).digest("base64");
}

/** A token's payload, unverified. */
export function payloadOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}
