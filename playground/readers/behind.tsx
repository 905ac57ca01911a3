import type { RunAnswer } from "../../local/playground/messages.ts";

type Behind = { readonly answer: Pick<RunAnswer, "removed" | "record"> };

/** What nobody reads any more, and what is left of the sign-in in a log: behind the panes, for who asks. */
export function Behind({ answer: { removed, record } }: Behind) {
  return (
    <div class="behind">
      {removed !== null && (
        <details class="more">
          <summary>What the map took out</summary>
          <dl class="facts">
            <Names of="of the ID token" names={removed.idClaims} />
            <Names of="of the access token" names={removed.accessClaims} />
            <Names of="scopes taken away" names={removed.scopesRemoved} />
            <Names of="scopes added" names={removed.scopesAdded} />
            {removed.groups && <Names of="groups" names={["all of them"]} />}
            {removed.dropped.map(({ token, name, reason }) => (
              <Names key={`${token} ${name}`} of={`${name}, which Cognito drops (${token} token)`} names={[reason]} />
            ))}
          </dl>
        </details>
      )}
      {record !== null && (
        <details class="more">
          <summary>What the function logs: names and codes</summary>
          <pre class="raw">{JSON.stringify(record, null, 2)}</pre>
        </details>
      )}
    </div>
  );
}

function Names({ of, names }: { readonly of: string; readonly names: readonly string[] }) {
  return (
    <div>
      <dt>{of}</dt>
      <dd>{names.length === 0 ? "nothing" : names.join(", ")}</dd>
    </div>
  );
}
