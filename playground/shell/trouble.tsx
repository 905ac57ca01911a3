import type { PageState } from "../state/page-state.ts";

type Trouble = { readonly trouble: NonNullable<PageState["trouble"]>; readonly again: () => void };

/** That there is no answer, why, and what helps. What was typed is still there. */
export function Trouble({ trouble: { kind, message }, again }: Trouble) {
  return (
    <div class="trouble" role="alert">
      <p>
        {kind === "gone" ? (
          <>
            <strong>The server does not answer.</strong> It ends with <code>claimseal dev</code>: start that again, and
            open the address that it prints. What you typed stays here, and in this page's link.
          </>
        ) : (
          <>
            <strong>There is no answer:</strong> {message}.
          </>
        )}
      </p>
      <button type="button" class="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}

/** Where something will be in a moment. */
export function Waiting({ isOver }: { readonly isOver: boolean }) {
  if (isOver) return <p class="nothing">Nothing to show yet.</p>;
  return (
    <div aria-busy="true">
      <p class="only-heard">loading</p>
      <div class="skeleton" />
    </div>
  );
}
