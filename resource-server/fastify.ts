import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { type AdapterOptions, authenticate } from "./authenticate.ts";
import { valuesOfLines } from "./bearer.ts";
import type { Opened, Opener } from "./opener.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What was opened; with the types of your claims: `request.getDecorator<Opened<AccessClaims, SealedClaims>>("auth")`. */
    auth: Opened;
  }
  interface FastifyContextConfig {
    /** Scopes of the resource server, one of which this route needs beside what the opener asks for. */
    scope?: string | readonly string[];
  }
}

export type SealedClaimsOptions = AdapterOptions & {
  readonly opener: Pick<Opener<object, object>, "resourceServer" | "open">;
};

/**
 * A Fastify plugin: every request of the scope it is registered in has its access token opened before its body is read,
 * and is answered here where that fails. Routes need more by `config: { scope }`.
 *
 * ```ts
 * await app.register(sealedClaims, { opener });
 * app.get("/charts", async (request) => ({ clinic: request.auth.claims["clinic_id"] }));
 * ```
 */
export const sealedClaims: FastifyPluginAsync<SealedClaimsOptions> = Object.assign(
  async (app: Parameters<FastifyPluginAsync>[0], { opener, ...options }: SealedClaimsOptions): Promise<void> => {
    app.decorateRequest<Opened | null>("auth", null);
    app.addHook("onRequest", async (request, reply) => {
      const authorization = valuesOfLines(request.raw.rawHeaders, "authorization");
      const { auth, refusal } = await authenticate(opener, opener.open, authorization, {
        ...options,
        ...scopeOf(request),
      });
      // One type for every opener: a plugin has no way to give its scope's requests another.
      if (auth !== null) request.auth = auth as Opened;
      else return reply.code(refusal.status).headers(refusal.headers).send(refusal.body);
    });
  },
  // Fastify's own sign that a plugin is for the scope that registers it, not for one of its own.
  { [Symbol.for("skip-override")]: true },
);

function scopeOf({ routeOptions }: FastifyRequest): Pick<AdapterOptions, "scope"> {
  const { scope } = routeOptions.config;
  return scope === undefined ? {} : { scope };
}
