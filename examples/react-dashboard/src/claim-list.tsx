import type { ReactNode } from "react";
import type { Claims } from "./session.ts";

/** A claim's value as people read it: an envelope is a number of bytes to this page, as to everybody but its reader. */
export function shown(name: string, value: unknown): string {
  if (name.startsWith("sealed_") && typeof value === "string") return `[sealed, ${value.length} bytes]`;
  if (value === null) return "nothing on file";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What every token of Cognito has, and nobody wants to read twice. */
const ALWAYS: readonly string[] = (
  "acr amr at_hash aud auth_time client_id cmv cognito:username email_verified event_id exp iat iss jti nonce origin_jti " +
  "sub token_use username version"
).split(" ");

/** The claims that tell something about this person. */
export function telling(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !ALWAYS.includes(name)));
}

/** Names and values, one below the other. */
export function ClaimList({ claims, label }: { readonly claims: Claims; readonly label: string }): ReactNode {
  const entries = Object.entries(claims);
  if (entries.length === 0) return <p className="muted">nothing</p>;
  return (
    <dl aria-label={label}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>{shown(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
