import { type ReactNode, useEffect, useState } from "react";
import { type Answer, type ApiName, askApi, refusalOf } from "./api.ts";
import { Refusal } from "./refusal.tsx";

type Props = {
  readonly title: string;
  readonly api: ApiName;
  readonly path: string;
};

type Listed = {
  readonly clinic: string;
  readonly signedBy: string | null;
  readonly rows: readonly { readonly [column: string]: string }[];
};

/** What an API has to show for the clinic in the access token. */
export function Rows({ title, api, path }: Props): ReactNode {
  const [answer, setAnswer] = useState<Answer | null>(null);

  useEffect(() => {
    let stale = false;
    void askApi(api, path).then((received) => {
      if (!stale) setAnswer(received);
    });
    return () => {
      stale = true;
    };
  }, [api, path]);

  const code = answer === null ? null : refusalOf(answer);
  return (
    <section className="card" aria-labelledby="rows">
      <h1 id="rows">{title}</h1>
      {answer === null && <p className="muted">asking {api} ...</p>}
      {code !== null && <Refusal code={code} />}
      {answer !== null && code === null && <List api={api} listed={answer.body as Listed} />}
    </section>
  );
}

function List({
  api,
  listed: { clinic, signedBy, rows },
}: {
  readonly api: ApiName;
  readonly listed: Listed;
}): ReactNode {
  return (
    <>
      <p className="muted">
        {api} took the clinic, {clinic}, from your access token. The name below comes from the envelope in it, which
        this page cannot open.
      </p>
      <ul className="rows">
        {rows.map(({ id, ...columns }) => (
          <li key={id}>
            <code>{id}</code> {Object.values(columns).join(" · ")}
          </li>
        ))}
      </ul>
      <p>signed: {signedBy ?? "nobody"}</p>
    </>
  );
}
