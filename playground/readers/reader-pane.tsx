import type { Reader, Trace } from "../../local/playground/messages.ts";
import { ClaimRow, type Traceable } from "./claim-row.tsx";
import { several, shownValue } from "./shown-value.ts";

type ReaderPane = { readonly reader: Reader; readonly traces: readonly Trace[] } & Traceable;

/** What one resource server opens, or why it does not. */
export function ReaderPane({ reader, traces, ...traceable }: ReaderPane) {
  const { opened, refused, seal, principals, kmsCalls } = reader;
  return (
    <>
      {refused !== null && (
        <div class="turned-away">
          <p>
            refuses the token: <code>{refused.code}</code>
          </p>
          <p class="quiet">{refused.message}</p>
        </div>
      )}
      {opened !== null && opened.length === 0 && (
        <p class="nothing">Takes the token. Nothing is sealed for it: it reads the open claims, as everybody does.</p>
      )}
      {opened !== null && opened.length > 0 && (
        <>
          <p class="opens">opens its envelope, and finds</p>
          <ul class="claims">
            {opened.map(({ name, value, class: how }) => (
              <ClaimRow
                key={name}
                name={name}
                kind={how}
                isTraceable={traces.some(({ claim }) => claim === name)}
                {...traceable}
              >
                {value === null ? <span class="quiet">nothing (null)</span> : shownValue(value)}
              </ClaimRow>
            ))}
          </ul>
        </>
      )}
      {seal !== null && (
        <details class="more">
          <summary>
            Mode {seal.mode}, {several(kmsCalls.length, "KMS call")}
          </summary>
          <dl class="facts">
            <div>
              <dt>key</dt>
              <dd>
                {seal.key}
                {seal.region !== null && `, ${seal.region}`}
              </dd>
            </div>
            {principals.length > 0 && (
              <div>
                <dt>who may ask for it</dt>
                {principals.map((principal) => (
                  <dd key={principal}>{principal}</dd>
                ))}
              </div>
            )}
            {kmsCalls.map(({ by, operation, context, result }, index) => (
              <div key={index}>
                <dt>
                  {operation} by {by === "reader" ? reader.resourceServer : "the trigger"}: {result}
                </dt>
                {Object.entries(context).map(([name, value]) => (
                  <dd key={name}>
                    {name}: {value}
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
