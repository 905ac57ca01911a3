import type { Code } from "./codes.ts";
import { ofClients } from "./each-client.ts";
import { type Examined, isForPeople, notRead, ofPart } from "./examined.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import type { ExportedProvider } from "./pool-export.ts";
import { grantsOf } from "./sign-in-flows.ts";

const CODES: readonly Code[] = ["DR403", "DR404"];

/** DR403, DR404: what identity providers make of people's usernames. */
export function providerChecks(examined: Examined): readonly Outcome[] {
  return ofPart(examined, "identityProviders", examined.pool.identityProviders, CODES, (providers) => {
    if (providers.length === 0 || !isForPeople(examined.plan)) return [];
    return ofClients(examined, CODES, (clients) => {
      const used = new Set(
        clients.flatMap(({ client }) =>
          grantsOf(client).has("user") ? (client.SupportedIdentityProviders ?? []) : [],
        ),
      );
      return providers
        .filter(({ ProviderName = "" }) => used.has(ProviderName))
        .flatMap((provider) => [...refused(examined, provider), ...personalNames(examined, provider)]);
    });
  });
}

function placeOf({ ProviderName = "" }: ExportedProvider): readonly string[] {
  return ["identityProviders", ProviderName];
}

function refused({ plan }: Examined, provider: ExportedProvider): readonly Outcome[] {
  if (plan?.usernames !== "opaque") return [];
  return [
    found("DR403", placeOf(provider), "usernames of its people are no UUIDs, and the map says `usernames: opaque`"),
  ];
}

/** Names of attributes that hold a mail address, a telephone number or a name to sign in with. */
const PERSONAL = /mail|phone|upn|username|(^|[/:])name$/i;

function personalNames(examined: Examined, provider: ExportedProvider): readonly Outcome[] {
  const { ProviderName = "", ProviderType, AttributeMapping, NameIDFormats } = provider;
  if (AttributeMapping === undefined) {
    return [unchecked(["DR404"], placeOf(provider), notRead(examined, `identityProviders.${ProviderName}`))];
  }
  const mapped = Object.hasOwn(AttributeMapping, "username") ? AttributeMapping["username"] : undefined;
  if (mapped !== undefined && PERSONAL.test(mapped)) {
    const place = [...placeOf(provider), "AttributeMapping", "username"];
    return [found("DR404", place, "usernames are made of an attribute that looks personal by its name")];
  }
  if (ProviderType !== "SAML") return [];
  const place = [...placeOf(provider), "NameIDFormats"];
  if (NameIDFormats === undefined) return [unchecked(["DR404"], place, "its SAML metadata are not in the export")];
  if (NameIDFormats.length === 0)
    return [unchecked(["DR404"], place, "its SAML metadata do not say how it names people")];
  return NameIDFormats.includes("emailAddress")
    ? [found("DR404", place, "it names people by their mail address (NameIDFormat emailAddress)")]
    : [];
}
