import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Ceiling, Location, RunAnswer } from "../../local/playground/messages.ts";
import { type Tab, TabList, TabPanel } from "../shell/tabs.tsx";
import type { Traceable } from "./claim-row.tsx";
import { ReaderPane } from "./reader-pane.tsx";
import { several } from "./shown-value.ts";
import { ThiefPane } from "./thief-pane.tsx";
import { TokenPane } from "./token-pane.tsx";

type Readers = {
  readonly answer: RunAnswer;
  readonly ceilings: readonly Ceiling[];
  /** Whether there is room for one pane only. */
  readonly isNarrow: boolean;
  readonly goTo: (place: Location) => void;
} & Traceable;

type Pane = Tab & {
  /** Who reads it, in words. */
  readonly who: string;
  readonly kind: "issued" | "reader" | "thief";
  readonly body: ComponentChildren;
};

/** Everybody who reads something, side by side: what is issued, who opens an envelope, who should see nothing. */
export function Readers({ answer, ceilings, isNarrow, goTo, ...traceable }: Readers) {
  const panes = panesOf(answer, ceilings, goTo, traceable);
  const [asked, setAsked] = useState("id-token");
  const chosen = panes.some(({ id }) => id === asked) ? asked : (panes[0]?.id ?? "");
  if (!isNarrow) {
    return (
      <>
        <div class="readers">{panes.filter(({ kind }) => kind !== "reader").map(roomy)}</div>
        <div class="readers">{panes.filter(({ kind }) => kind === "reader").map(roomy)}</div>
      </>
    );
  }
  return (
    <div class="readers narrow">
      <TabList label="who reads" tabs={panes} chosen={chosen} choose={setAsked} />
      {panes.map((pane) => (
        <TabPanel key={pane.id} id={pane.id} chosen={pane.id === chosen} label={pane.title} class={paneClass(pane)}>
          <PaneTitle {...pane} />
          {pane.body}
        </TabPanel>
      ))}
    </div>
  );
}

function roomy(pane: Pane) {
  return (
    <TabPanel key={pane.id} id={pane.id} chosen={null} label={pane.title} class={paneClass(pane)}>
      <PaneTitle {...pane} />
      {pane.body}
    </TabPanel>
  );
}

function paneClass({ kind, alert }: Pane): string {
  return `pane ${kind}${alert ? " alarmed" : ""}`;
}

function PaneTitle({ title, who }: Pane) {
  return (
    <header class="pane-title">
      <h2>{title}</h2>
      <p>{who}</p>
    </header>
  );
}

const NOTHING: ReadonlySet<string> = new Set();

function panesOf(
  { idToken, accessToken, readers, thief, traces, diagnostics, event }: RunAnswer,
  ceilings: readonly Ceiling[],
  goTo: (place: Location) => void,
  traceable: Traceable,
): readonly Pane[] {
  const leaking = new Set(
    (thief?.scan ?? []).flatMap(({ found }) => (found?.claim && !found.signedFor ? [found.claim] : [])),
  );
  const token = { ceilings, traces, ...traceable };
  const isMachine = event?.grant === "client_credentials";
  return [
    {
      id: "id-token",
      title: "ID token",
      who: isMachine ? "there is nobody to show it to" : "the client's own interface reads it",
      kind: "issued",
      body: idToken ? (
        <TokenPane token={idToken} leaking={NOTHING} {...token} ceilings={[]} />
      ) : (
        <p class="nothing">
          {isMachine ? "A machine gets none." : "None is issued: the sign-in does not ask for openid."}
        </p>
      ),
    },
    {
      id: "access-token",
      title: "Access token",
      who: "every API it is sent to reads it",
      kind: "issued",
      body: accessToken && <TokenPane token={accessToken} leaking={leaking} {...token} />,
    },
    ...(thief
      ? [
          {
            id: "thief",
            title: "Thief",
            who: "whoever finds the access token",
            kind: "thief",
            alert: thief.leaks > 0 ? several(thief.leaks, "leak") : null,
            body: <ThiefPane thief={thief} diagnostics={diagnostics} goTo={goTo} />,
          } satisfies Pane,
        ]
      : []),
    ...readers.map(
      (reader): Pane => ({
        id: `reader-${reader.resourceServer}`,
        title: reader.resourceServer,
        who: reader.seal === null ? "a resource server without a key" : "a resource server with its own key",
        kind: "reader",
        body: <ReaderPane reader={reader} traces={traces} {...traceable} />,
      }),
    ),
  ];
}
