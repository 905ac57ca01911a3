import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { type Answer, type ApiName, askApi, refusalOf, type Sent } from "./api.ts";
import { ClaimList, telling } from "./claim-list.tsx";
import { Refusal } from "./refusal.tsx";
import type { Claims } from "./session.ts";

type Asked = { readonly sent: Sent; readonly answer: Answer };

/** What one API sees of the token it is sent. */
export function ApiCard({ api }: { readonly api: ApiName }): ReactNode {
  const [asked, setAsked] = useState<Asked | null>(null);
  const newest = useRef(0);

  const ask = useCallback(
    async (sent: Sent): Promise<void> => {
      newest.current += 1;
      const own = newest.current;
      const answer = await askApi(api, "/seen", sent);
      // Of two answers that overtake one another, the one that was asked for last is shown.
      if (newest.current === own) setAsked({ sent, answer });
    },
    [api],
  );

  useEffect(() => {
    void ask("access token");
  }, [ask]);

  return (
    <section className="card" aria-labelledby={api}>
      <h2 id={api}>{api}</h2>
      {asked === null ? <p className="muted">asking ...</p> : <Seen {...asked} />}
      <div className="buttons">
        <button type="button" onClick={() => void ask("access token")}>
          Send the access token
        </button>
        <button type="button" className="wrong" onClick={() => void ask("ID token")}>
          Send the ID token instead
        </button>
      </div>
    </section>
  );
}

function Seen({ sent, answer }: Asked): ReactNode {
  const code = refusalOf(answer);
  const { claims = {}, opened = {}, others = {} } = answer.body as { readonly [part: string]: Claims | undefined };
  return (
    <>
      <p>
        <span className={code === null ? "badge good" : "badge bad"}>{answer.status || "no answer"}</span> to the {sent}
      </p>
      {code !== null ? (
        <Refusal code={code} />
      ) : (
        <>
          <h3>In the clear, for every API</h3>
          <ClaimList claims={telling(claims)} label="in the clear" />
          <h3>Sealed, opened here</h3>
          <ClaimList claims={opened} label="opened" />
          <h3>Sealed for others, and tried</h3>
          <ClaimList claims={refusals(others)} label="tried" />
        </>
      )}
    </>
  );
}

/** What became of the envelopes that are not this API's. */
function refusals(others: Claims): Claims {
  const told = (code: unknown): string => (typeof code === "string" ? `refused: ${code}` : "opened, which must not be");
  return Object.fromEntries(Object.entries(others).map(([name, code]) => [name, told(code)]));
}
