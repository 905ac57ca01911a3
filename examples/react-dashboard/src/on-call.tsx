import type { ReactNode } from "react";

/** A page that a group of the pool shows or hides. */
export function OnCall(): ReactNode {
  return (
    <section className="card" aria-labelledby="on-call">
      <h1 id="on-call">On call</h1>
      <p>
        Nothing stands behind this entry but the group <code>on-call</code> in the ID token. The access token does not
        have groups; where one of them should mean something to an API, the map makes a claim or a scope of it.
      </p>
    </section>
  );
}
