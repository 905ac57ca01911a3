import type { Plan } from "../claims/plan.ts";
import { SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../cognito/standard-attributes.ts";

/** The names a record may hold: the map's own, and those that Cognito has for everybody. */
export type MapNames = {
  readonly claims: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
};

/** Of a plan that nobody vouches for. */
export const NO_NAMES: MapNames = { claims: new Set(), attributes: new Set(), scopes: new Set() };

export function mapNames({ profiles, inputs, resourceServers }: Plan): MapNames {
  const scopes = Object.values(resourceServers).flatMap((server) =>
    server.scopes.map((scope) => `${server.identifier}/${scope}`),
  );
  return {
    claims: new Set(profiles.flatMap(({ claims }) => claims.map(({ name }) => name))),
    attributes: new Set([...STANDARD_ATTRIBUTES, ...Object.keys(inputs.user), "cognito:groups"]),
    scopes: new Set([...SELF_SERVICE_SCOPES, ...scopes]),
  };
}
