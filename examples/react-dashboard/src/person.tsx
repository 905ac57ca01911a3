import type { ReactNode } from "react";
import { ClaimList, telling } from "./claim-list.tsx";
import type { Session } from "./session.ts";

/** Who is signed in, as the ID token has it. A claim that the map adds appears here by itself. */
export function Person({ session: { id, idClaims } }: { readonly session: Session }): ReactNode {
  return (
    <section className="card" aria-labelledby="person">
      <h1 id="person">Good day, {id.name ?? "whoever you are"}</h1>
      <p className="muted">From your ID token, which is for this page and goes nowhere else.</p>
      <ClaimList claims={telling(idClaims)} label="ID token" />
    </section>
  );
}
