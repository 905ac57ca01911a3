import type { TokenClaim, ValueClass } from "../../local/playground/messages.ts";

/** What a chip says: a class of the map, or that Cognito sets the claim whatever the map says. */
export type Kind = ValueClass | "cognito";

const MEANS: Readonly<Record<Kind, string>> = {
  open: "may be read by anybody",
  pii: "personal",
  sensitive: "sensitive: never in the clear",
  sealed: "an envelope: one reader opens it",
  cognito: "set by Cognito",
};

/** The class of a value by its colour and its name. */
export function ClassChip({ kind }: { readonly kind: Kind }) {
  return (
    <span class={`chip ${kind}`} title={MEANS[kind]}>
      {kind === "sealed" && <Lock />}
      {kind === "cognito" ? "Cognito" : kind}
    </span>
  );
}

export function kindOf({ class: how, from }: TokenClaim): Kind {
  return from === "cognito" && how === "open" ? "cognito" : how;
}

export function Lock() {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z" fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
