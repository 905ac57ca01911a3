import { ADMIN_SCOPE, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import { ofClients } from "./each-client.ts";
import { type Examined, ofPart, ofPlan } from "./examined.ts";
import { found, type Outcome } from "./outcome.ts";
import type { ExportedClient, PoolExport } from "./pool-export.ts";
import { oauthScopes, signInFlows } from "./sign-in-flows.ts";

type Pool = NonNullable<PoolExport["userPool"]>;

/** DR406: attributes that the map takes for the word of a provider or an operator, and people write themselves. */
export function trustChecks(examined: Examined): readonly Outcome[] {
  return ofPlan(examined, ["DR406"], ({ inputs }) => {
    const trusted = Object.entries(inputs.user).filter(([, { trust }]) => trust === "idp" || trust === "operator");
    if (trusted.length === 0) return [];
    return ofPart(examined, "userPool", examined.pool.userPool, ["DR406"], (pool) =>
      ofClients(examined, ["DR406"], (clients) =>
        clients.flatMap(({ client, place }) =>
          trusted
            .filter(([name, { trust }]) => isWritable(pool, client, name) && !isProviders(pool, client, trust))
            .map(([name]) =>
              found("DR406", [...place, "WriteAttributes"], `${name} can be written${byDefault(client)}`),
            ),
        ),
      ),
    );
  });
}

function byDefault({ WriteAttributes = [] }: ExportedClient): string {
  return WriteAttributes.length === 0 ? ": it is a standard attribute, and the client lists none" : "";
}

/** Whether a client may write an attribute. The default is every standard one (API reference, `UserPoolClientType`). */
function isWritable(pool: Pool, { WriteAttributes = [] }: ExportedClient, name: string): boolean {
  if (!(WriteAttributes.length > 0 ? WriteAttributes : STANDARD_ATTRIBUTES).includes(name)) return false;
  // What never changes is written when somebody is created: by an operator, where nobody can sign up.
  const isFixed = pool.SchemaAttributes?.some(({ Name, Mutable }) => Name === name && Mutable === false) === true;
  return !(isFixed && isClosed(pool));
}

function isClosed({ AdminCreateUserConfig }: Pool): boolean {
  return AdminCreateUserConfig?.AllowAdminCreateUserOnly === true;
}

/**
 * A client must be able to write what a provider's attributes are mapped to, or sign-ins fail (API reference,
 * `UserPoolClientType`). Nobody else writes through one by which people can neither sign up nor sign in to the pool itself,
 * nor get a token that changes their profile.
 */
function isProviders(pool: Pool, client: ExportedClient, trust: string): boolean {
  const providers = client.SupportedIdentityProviders ?? [];
  const isFederated = providers.length > 0 && !providers.includes("COGNITO") && signInFlows(client).length === 0;
  return trust === "idp" && isFederated && isClosed(pool) && !oauthScopes(client).includes(ADMIN_SCOPE);
}
