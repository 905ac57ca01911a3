import type { Plan, PlanProfile } from "../../claims/plan.ts";
import type { Code } from "./codes.ts";
import { type Client, ofClients } from "./each-client.ts";
import { type Examined, ofBound } from "./examined.ts";
import { found, type Outcome } from "./outcome.ts";
import { type Grant, grantsOf } from "./sign-in-flows.ts";

const CODES: readonly Code[] = ["DR501", "DR502", "DR503", "DR504"];

/** DR501 to DR504: which profile of the map is whose. */
export function clientChecks(examined: Examined): readonly Outcome[] {
  return ofBound(examined, CODES, (bound) =>
    ofClients(examined, CODES, (clients) => [
      ...clients.flatMap((client) => unmatched(bound, client)),
      ...bound.profiles.flatMap((profile) => strangers(profile, clients, examined)),
    ]),
  );
}

const WHOM: { readonly [grant in Grant]: string } = { user: "people", client_credentials: "machines" };

function unmatched(bound: Plan, { client, id, place }: Client): readonly Outcome[] {
  // Machines reach the trigger with V3 only.
  const grants = [...grantsOf(client)].filter((grant) => grant === "user" || bound.events === "V3");
  const without = grants.filter((grant) => profileOf(bound, grant, id) === undefined).map((grant) => WHOM[grant]);
  if (without.length === 0) return [];
  const reason = `no profile matches its ${without.join(" and ")}; the map says \`unmatched: ${bound.unmatched}\``;
  return [found(bound.unmatched === "untouched" ? "DR502" : "DR501", place, reason)];
}

/** The profile that decides on a client's tokens: one that names it, before one for all. */
export function profileOf({ profiles }: Plan, grant: Grant, clientId: string): PlanProfile | undefined {
  const those = profiles.filter(({ grants }) => grants.includes(grant));
  return those.find(({ clients }) => clients.includes(clientId)) ?? those.find(({ clients }) => clients.includes("*"));
}

function strangers(
  { name, grants, clients: named }: PlanProfile,
  clients: readonly Client[],
  { pool, plan }: Examined,
): readonly Outcome[] {
  const all = new Set((pool.clients ?? []).map(({ ClientId }) => ClientId));
  const written = plan?.profiles.find((profile) => profile.name === name)?.clients ?? [];
  const place = ["map", "profiles", name, "clients"];
  return named.flatMap((id, index): readonly Outcome[] => {
    if (id === "*") return [];
    const label = written[index] ?? id;
    if (!all.has(id)) return [found("DR503", place, `the pool has no client of the id that is ${label}`)];
    const client = clients.find((each) => each.id === id);
    const asks = client === undefined || grants.some((grant) => grantsOf(client.client).has(grant));
    const whom = grants.map((grant) => WHOM[grant]).join(" and ");
    return asks ? [] : [found("DR504", place, `${label} has no flow for ${whom}`)];
  });
}
