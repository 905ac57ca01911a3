import type { Code } from "./codes.ts";
import { type Client, ofClients } from "./each-client.ts";
import type { Examined } from "./examined.ts";
import { found, type Outcome } from "./outcome.ts";
import { apiFlows, grantsOf, oauthFlows, rotatesRefreshTokens } from "./sign-in-flows.ts";

const CODES: readonly Code[] = ["DR507", "DR508", "DR510", "DR511", "DR512", "DR513"];

/** DR507, DR508, DR510 to DR513: how clients sign in, whatever the map. */
export function clientSettingsChecks(examined: Examined): readonly Outcome[] {
  return ofClients(examined, CODES, (clients) =>
    clients.flatMap((client) => [
      ...lifetimes(client),
      ...(grantsOf(client.client).has("user") ? [...grants(client), ...refresh(client), ...errors(client)] : []),
    ]),
  );
}

function grants({ client, place }: Client): readonly Outcome[] {
  const passwords = apiFlows(client).filter((flow) => /^(ALLOW_)?USER_PASSWORD_AUTH$/.test(flow));
  return [
    ...(oauthFlows(client).includes("implicit")
      ? [found("DR507", [...place, "AllowedOAuthFlows"], "it lists implicit")]
      : []),
    ...passwords.map((flow) => found("DR508", [...place, "ExplicitAuthFlows"], `it lists ${flow}`)),
  ];
}

const SECONDS: { readonly [unit: string]: number } = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const HOUR = 3600;

/** A validity without a unit is in hours, and an hour where it is not stated (API reference, `UserPoolClientType`). */
function lifetimes({ client, place }: Client): readonly Outcome[] {
  const tokens = [
    ["AccessToken", client.AccessTokenValidity],
    ...(grantsOf(client).has("user") ? ([["IdToken", client.IdTokenValidity]] as const) : []),
  ] as const;
  return tokens.flatMap(([token, stated]) => {
    const unit = client.TokenValidityUnits?.[token] ?? "hours";
    const seconds = stated ? stated * (SECONDS[unit] ?? HOUR) : HOUR;
    if (seconds <= HOUR) return [];
    return [found("DR510", [...place, `${token}Validity`], `it is ${Math.round(seconds / 60)} minutes`)];
  });
}

function refresh({ client, place }: Client): readonly Outcome[] {
  return [
    ...(client.EnableTokenRevocation === true
      ? []
      : [found("DR511", [...place, "EnableTokenRevocation"], "it is off")]),
    ...(rotatesRefreshTokens(client) ? [] : [found("DR512", [...place, "RefreshTokenRotation"], "it is off")]),
  ];
}

function errors({ client, place }: Client): readonly Outcome[] {
  if (client.PreventUserExistenceErrors === "ENABLED") return [];
  return [found("DR513", [...place, "PreventUserExistenceErrors"], "it is not ENABLED")];
}
