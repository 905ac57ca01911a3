import { Fragment } from "preact";
import type { Ceiling, Token, TokenClaim, Trace } from "../../local/playground/messages.ts";
import { ClaimRow, type Traceable } from "./claim-row.tsx";
import { kindOf, Lock } from "./class-chip.tsx";
import { counted, several, shownClaim } from "./shown-value.ts";
import { SizeFacts, SizeMeter } from "./size-meter.tsx";

type TokenPane = {
  readonly token: Token;
  readonly ceilings: readonly Ceiling[];
  readonly traces: readonly Trace[];
  /** Claims in which a private value was found that nobody signed for. */
  readonly leaking: ReadonlySet<string>;
} & Traceable;

/** What a token says: first what the map and the person put into it, then what Cognito always does. */
export function TokenPane({ token, ceilings, traces, leaking, ...traceable }: TokenPane) {
  const always = token.claims.filter((claim) => claim.from === "cognito" && !SHOWN.has(claim.name));
  const told = token.claims.filter((claim) => !always.includes(claim));
  const row = (claim: TokenClaim) => (
    <ClaimRow
      key={claim.name}
      name={claim.name}
      kind={kindOf(claim)}
      isTraceable={traces.some((trace) => trace.claim === claim.name)}
      isLeak={leaking.has(claim.name)}
      {...traceable}
    >
      {claim.from === "envelope" ? <Envelope claim={claim} /> : <Words text={shownClaim(claim.name, claim.value)} />}
    </ClaimRow>
  );
  return (
    <>
      {told.length === 0 ? (
        <p class="nothing">Nothing but what Cognito always says.</p>
      ) : (
        <ul class="claims">{told.map(row)}</ul>
      )}
      <SizeMeter token={token} ceilings={ceilings} />
      <details class="more">
        <summary>{always.length} more, sizes, the token</summary>
        <ul class="claims">{always.map(row)}</ul>
        <SizeFacts token={token} ceilings={ceilings} />
        <pre class="raw">{token.raw}</pre>
      </details>
    </>
  );
}

/** Of what Cognito sets, what says who may do what. */
const SHOWN: ReadonlySet<string> = new Set(["scope", "cognito:groups", "cmv"]);

/** A text whose words stay whole, where there is room for a word. */
function Words({ text }: { readonly text: string }) {
  const words = text.split(" ");
  if (words.length === 1) return <>{text}</>;
  return (
    <>
      {words.map((word, index) => (
        <Fragment key={index}>
          <span class="word">{word}</span>{" "}
        </Fragment>
      ))}
    </>
  );
}

function Envelope({ claim: { bytes, inside = [], resourceServer } }: { readonly claim: TokenClaim }) {
  return (
    <span class="envelope">
      <Lock /> {several(inside.length, "claim")} only {resourceServer ?? "its reader"} can open, {counted(bytes)} bytes
    </span>
  );
}
