import type { Plan, PlanProfile, Reference } from "../../claims/plan.ts";
import { keyReferences, referencesOf } from "../../claims/reports/references.ts";
import { ADMIN_SCOPE, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import { profileOf } from "./client-checks.ts";
import type { Code } from "./codes.ts";
import { type Client, ofClients } from "./each-client.ts";
import { type Examined, ofBound } from "./examined.ts";
import { found, type Outcome } from "./outcome.ts";
import { flowsWithoutMetadata, grantsOf, oauthScopes } from "./sign-in-flows.ts";

const CODES: readonly Code[] = ["DR505", "DR506", "DR509"];

/** DR505, DR506, DR509: what a client can reach past the map, and what it does not bring. */
export function clientReachChecks(examined: Examined): readonly Outcome[] {
  return ofBound(examined, CODES, (bound) =>
    ofClients(examined, CODES, (clients) =>
      clients.flatMap((client) => {
        const profile = grantsOf(client.client).has("user") ? profileOf(bound, "user", client.id) : undefined;
        if (profile === undefined) return [];
        return [
          ...scopes(bound, profile, client),
          ...attributes(bound, profile, client),
          ...metadata(bound, profile, client),
        ];
      }),
    ),
  );
}

/** Scopes that let through what the map keeps from everybody. `openid` is none: without it there is no ID token. */
function scopes({ events }: Plan, profile: PlanProfile, { client, place }: Client): readonly Outcome[] {
  if (events === "V1" || profile.selfServiceScopes !== "strip") return [];
  const idle = oauthScopes(client).filter((scope) => OPENS.has(scope) && !servesIdToken(scope, profile));
  if (idle.length === 0) return [];
  const reason = `it may ask for ${idle.join(" and ")}, and profile ${profile.name} lets nothing of that through`;
  return [found("DR505", [...place, "AllowedOAuthScopes"], reason)];
}

const OF_MAIL: readonly string[] = ["email", "email_verified"];
const OF_PHONE: readonly string[] = ["phone_number", "phone_number_verified"];

/** What each scope puts into an ID token. Whatever else is kept needs `profile`. */
const OPENS: ReadonlyMap<string, (name: string) => boolean> = new Map([
  [ADMIN_SCOPE, () => false],
  ["email", (name: string) => OF_MAIL.includes(name)],
  ["phone", (name: string) => OF_PHONE.includes(name)],
  ["profile", (name: string) => ![...OF_MAIL, ...OF_PHONE].includes(name)],
]);

function servesIdToken(scope: string, { idToken }: PlanProfile): boolean {
  if (scope === ADMIN_SCOPE) return false;
  return !("keep" in idToken) || idToken.keep.some((name) => OPENS.get(scope)?.(name));
}

/** What Cognito lets every client read that it has no say in. */
const ALWAYS: readonly string[] = ["sub", "email_verified", "phone_number_verified", "updated_at", "identities"];

/** A map that drops some attributes, or none, wants the others in ID tokens; one that keeps some says which. */
function attributes({ inputs }: Plan, { idToken, name }: PlanProfile, { client, place }: Client): readonly Outcome[] {
  if (!("keep" in idToken)) return [];
  const { ReadAttributes = [] } = client;
  const needed = new Set([...idToken.keep, ...Object.keys(inputs.user), ...ALWAYS]);
  const readable = ReadAttributes.length > 0 ? ReadAttributes : STANDARD_ATTRIBUTES;
  const idle = readable.filter((attribute) => !needed.has(attribute));
  if (idle.length === 0) return [];
  const which = ReadAttributes.length > 0 ? idle.join(", ") : "every standard attribute, because it lists none";
  return [found("DR506", [...place, "ReadAttributes"], `it may read ${which}; profile ${name} has no use for that`)];
}

function metadata(bound: Plan, profile: PlanProfile, { client, place }: Client): readonly Outcome[] {
  const names = metadataRead(bound, profile);
  const flows = flowsWithoutMetadata(client);
  if (names.length === 0 || flows.length === 0) return [];
  const reason = `profile ${profile.name} reads ${names.join(", ")}, which ${flows.join(", ")} does not bring`;
  return [found("DR509", place, reason)];
}

/** The metadata that a profile's tokens depend on, as the map writes them. */
function metadataRead(plan: Plan, profile: PlanProfile): readonly string[] {
  const { claims, scopes: rules, refuse, groups, needs, reads } = profile;
  const filter = typeof groups.filter === "object" ? groups.filter : undefined;
  const read: readonly Reference[] = [
    ...referencesOf(
      filter,
      ...claims.flatMap(({ value, when }) => [value, when]),
      ...rules.flatMap(({ only, when }) => [only, when]),
      ...refuse.map(({ when }) => when),
      ...(needs.tenant ? [plan.tenant?.requested, plan.tenant?.allowed, plan.tenant?.default] : []),
      ...(needs.partition ? [plan.partition?.by] : []),
    ),
    ...reads.flatMap(Object.keys).flatMap((source) => keyReferences(plan, source)),
  ];
  const names = read.flatMap(([root, part, name]) => (root === "client" && part === "metadata" && name ? [name] : []));
  return [...new Set(names)].map((name) => `client.metadata.${name}`);
}
