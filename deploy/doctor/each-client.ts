import type { Code } from "./codes.ts";
import { type Examined, notRead, ofPart } from "./examined.ts";
import { type Outcome, unchecked } from "./outcome.ts";
import type { ExportedClient } from "./pool-export.ts";

/** An app client, and where findings about it stand. */
export type Client = { readonly client: ExportedClient; readonly id: string; readonly place: readonly string[] };

/** Makes checks of the clients whose settings were read, and says of the others that they were not made. */
export function ofClients(
  examined: Examined,
  codes: readonly Code[],
  check: (clients: readonly Client[]) => readonly Outcome[],
): readonly Outcome[] {
  return ofPart(examined, "clients", examined.pool.clients, codes, (all) => {
    const clients = all.map((client): Client => ({ client, id: client.ClientId ?? "", place: placeOf(client, all) }));
    const isWhole = clients.filter(({ client }) => isRead(client));
    const others = clients.filter(({ client }) => !isRead(client));
    return [
      ...check(isWhole),
      ...others.map(({ id, place }) => unchecked(codes, place, notRead(examined, `clients.${id}`))),
    ];
  });
}

/** A list of clients has their names and ids alone; of each, these are there whatever it is set to. */
function isRead({ RefreshTokenValidity, ExplicitAuthFlows, AllowedOAuthFlowsUserPoolClient }: ExportedClient): boolean {
  return [RefreshTokenValidity, ExplicitAuthFlows, AllowedOAuthFlowsUserPoolClient].some((each) => each !== undefined);
}

/** By its name; by its id too where several have the name, and alone where it has none. */
function placeOf({ ClientName, ClientId = "" }: ExportedClient, all: readonly ExportedClient[]): readonly string[] {
  if (ClientName === undefined) return ["clients", ClientId];
  const isOnly = all.filter((other) => other.ClientName === ClientName).length === 1;
  return ["clients", isOnly ? ClientName : `${ClientName} (${ClientId})`];
}
