import { fetchAuthSession, signOut } from "aws-amplify/auth";
import type { IdClaims } from "./claims.gen.ts";
import { chooseClinic } from "./clinic-choice.ts";

/** The claims of a token, by name. */
export type Claims = { readonly [name: string]: unknown };

/** Somebody who is signed in. */
export type Session = {
  /** For this page: who it is, and what to show. */
  readonly id: IdClaims;
  readonly idClaims: Claims;
  readonly accessClaims: Claims;
  /** For the APIs. */
  readonly accessToken: string;
  /** Goes nowhere. It is here for the one button that shows what an API says to it. */
  readonly idToken: string;
};

type Asked = { readonly forceRefresh?: boolean; readonly clientMetadata?: { readonly [name: string]: string } };

/** Who is signed in, with tokens that are renewed where they had run out; null where nobody is. */
export async function readSession(asked: Asked = {}): Promise<Session | null> {
  const { tokens } = await fetchAuthSession(asked);
  if (tokens?.idToken === undefined) return null;
  const { accessToken, idToken } = tokens;
  return {
    id: idToken.payload as unknown as IdClaims,
    idClaims: idToken.payload,
    accessClaims: accessToken.payload,
    accessToken: accessToken.toString(),
    idToken: idToken.toString(),
  };
}

/**
 * New tokens, for another clinic. Cognito hands `clientMetadata` to the trigger at this kind of refresh
 * (GetTokensFromRefreshToken, which Amplify uses); the trigger takes it for a wish and asks the table.
 *
 * @throws Amplify's error, with the trigger's text, for a clinic that is not the person's. The old tokens stay.
 * @throws {Error} where a renewal was under way, which Amplify takes for this one: what it brings is for the old clinic.
 */
export async function switchClinic(clinic: string): Promise<Session | null> {
  const session = await readSession({ forceRefresh: true, clientMetadata: { clinic } });
  if (session === null) return null;
  if (session.id.clinic_id !== clinic) throw new Error("Your tokens were just being renewed. Switch once more.");
  chooseClinic(clinic);
  return session;
}

/** Revokes the refresh token and takes everything out of the tab's storage. */
export async function leave(): Promise<void> {
  chooseClinic(null);
  await signOut();
}
