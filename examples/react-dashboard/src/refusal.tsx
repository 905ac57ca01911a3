import type { ReactNode } from "react";

/** What the codes of `claimseal/open` mean to whoever looks at this page. */
const MEANINGS: { readonly [code: string]: string } = {
  TOKEN_USE:
    "This is an ID token. It says who you are, to the page; an API asks what you may do, and takes access tokens.",
  TOKEN_INVALID: "The token is of another pool, of another client, or over. Sign in again.",
  SCOPE_MISSING: "The access token has no scope for this. In this clinic, your role does not come with one.",
  NO_TOKEN: "Your access token has run out, and the pool has not made another one. Sign out, and in again.",
  UNREACHABLE: "The API did not answer. Try again in a second.",
  STARTING: "The API is starting anew. Try again in a second.",
};

/** A refusal, by its code. */
export function Refusal({ code }: { readonly code: string }): ReactNode {
  return (
    <p className="problem" role="alert">
      <code>{code}</code> {MEANINGS[code] ?? "The API refused."}
    </p>
  );
}
