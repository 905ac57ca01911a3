import { inspect, isDeepStrictEqual } from "node:util";
import { simulateTokens, type TokenClaims, type TriggerEvent } from "../../cognito/simulator.ts";
import { subjectHash } from "../../crypto/subject-hash.ts";
import type { Inside } from "./open-envelopes.ts";
import type { SignIn } from "./people.ts";
import type { World } from "./world.ts";

/** What one sign-in came to, with envelopes opened and without what differs from token to token. */
export type Shown = {
  readonly access: TokenClaims;
  readonly id: TokenClaims | null;
  readonly opened: { readonly [server: string]: Inside };
};

/** Reads an answer as Cognito and the resource servers would. Rejects where an envelope is another token's. */
export async function shownBy({ open }: World, { event }: SignIn, response: TriggerEvent): Promise<Shown> {
  const now = Math.floor(Date.now() / 1000);
  const issued = { iat: now, authTime: now };
  const { refused, accessToken, idToken } = simulateTokens({ poolVersion: "V3", event, response, issued });
  if (refused !== null) throw new Error(`Cognito refuses: ${refused.reason}`);
  return { access: timeless(accessToken), id: idToken && timeless(idToken), opened: await open(accessToken) };
}

function timeless(token: TokenClaims): TokenClaims {
  const changing = new Set(["iat", "exp", "auth_time"]);
  return Object.fromEntries(
    Object.entries(token).map(([name, value]) => [
      name,
      changing.has(name) ? null : name.startsWith("sealed_") ? "sealed" : value,
    ]),
  );
}

/** What is of somebody else in an answer, and what is not as it is when nobody else signs in. */
export function wrongIn(
  { marks }: World,
  { person }: SignIn,
  answer: TriggerEvent,
  shown: Shown,
  calm: Shown,
): readonly string[] {
  const foreign = [...marks.ownersIn(JSON.stringify([answer, shown]))].filter((owner) => owner !== person.index);
  return [
    ...foreign.map((owner) => `holds a value of person ${owner}`),
    ...(["access", "id"] as const).flatMap((token) => strange(token, shown[token], calm[token])),
    ...Object.keys(shown.opened).flatMap((server) =>
      strange(`envelope of ${server}`, shown.opened[server] ?? {}, calm.opened[server] ?? {}),
    ),
  ];
}

/** Claims that are there and are not what they are in calm; what could not be found out may be left out, or null. */
function strange(where: string, claims: TokenClaims | Inside | null, calm: TokenClaims | Inside | null): string[] {
  if (claims === null || calm === null) return claims === calm ? [] : [`${where}: there or not`];
  return Object.entries(claims).flatMap(([name, value]) => {
    const right = Object.hasOwn(calm, name) && isDeepStrictEqual(value, calm[name]);
    return right || value === null ? [] : [`${where}: ${name} is not as it is in calm`];
  });
}

/** What an error says that it may not: anything of anybody. */
export function wrongInError({ marks }: World, thrown: unknown): readonly string[] {
  const owners = marks.ownersIn(inspect(thrown, { depth: 10, showHidden: true }));
  return [...owners].map((owner) => `an error holds a value of person ${owner}`);
}

/**
 * What is wrong with the record of a sign-in: it is of it and of no other, and holds nothing of anybody. It names its
 * subject as soon as there is a root to name it by.
 */
export function wrongInRecord(
  { marks, root }: World,
  { person, event, client }: SignIn,
  line: string,
): readonly string[] {
  const { subject, clientId, profile } = JSON.parse(line) as { readonly [field: string]: unknown };
  return [
    ...[...marks.ownersIn(line)].map((owner) => `its record holds a value of person ${owner}`),
    ...([undefined, subjectHash(root, event.userPoolId)(person.sub)].includes(subject as string | undefined)
      ? []
      : ["its record is of another subject"]),
    ...(clientId === client && profile === client ? [] : ["its record is of another client"]),
  ];
}
