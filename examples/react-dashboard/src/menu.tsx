import { type ReactNode, useState } from "react";
import type { IdClaims } from "./claims.gen.ts";
import { ENTRIES, type View } from "./menu-entries.ts";

type Props = { readonly id: IdClaims; readonly view: View; readonly onView: (view: View) => void };

/** The menu. Entries that are not for this person are hidden, which keeps nobody out; the page says so and lets one try. */
export function Menu({ id, view, onView }: Props): ReactNode {
  const [showsHidden, setShowsHidden] = useState(false);
  const hidden = ENTRIES.filter(({ isFor }) => !isFor(id));
  const shown = showsHidden ? ENTRIES : ENTRIES.filter((entry) => !hidden.includes(entry));

  return (
    <nav aria-label="Menu">
      <ul>
        {shown.map(({ view: target, title, isFor }) => (
          <li key={target}>
            <button type="button" aria-current={view === target ? "page" : undefined} onClick={() => onView(target)}>
              {title}
              {!isFor(id) && <span className="muted"> (hidden)</span>}
            </button>
          </li>
        ))}
      </ul>
      {hidden.length > 0 && (
        <label className="check">
          <input type="checkbox" checked={showsHidden} onChange={(event) => setShowsHidden(event.target.checked)} />
          show what is hidden
        </label>
      )}
      <p className="muted small">
        The ID token decides what you see here. That is comfort, not security: whoever opens a hidden entry is refused
        by the API behind it, which asks the access token.
      </p>
    </nav>
  );
}
