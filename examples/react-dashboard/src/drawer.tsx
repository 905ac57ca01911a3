import { type ReactNode, useState } from "react";
import { shown } from "./claim-list.tsx";
import type { Claims, Session } from "./session.ts";

type Props = { readonly session: Session; readonly onClose: () => void };

/** Both tokens by the names of their claims, and where each of them goes. */
export function Drawer({ session: { idClaims, accessClaims }, onClose }: Props): ReactNode {
  const [showsValues, setShowsValues] = useState(false);
  const names = [...new Set([...Object.keys(idClaims), ...Object.keys(accessClaims)])].sort();
  const cell = (claims: Claims, name: string): string => {
    if (!Object.hasOwn(claims, name)) return "";
    return showsValues ? shown(name, claims[name]) : "yes";
  };

  return (
    <aside className="drawer" aria-label="Tokens">
      <div className="line">
        <h2>Tokens</h2>
        <span className="spring" />
        <label className="check">
          <input type="checkbox" checked={showsValues} onChange={(event) => setShowsValues(event.target.checked)} />
          show values
        </label>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <div className="scroll">
        <table aria-label="Claims of both tokens">
          <thead>
            <tr>
              <th>claim</th>
              <th>
                ID token
                <span className="muted small">stays in this page</span>
              </th>
              <th>
                access token
                <span className="muted small">goes to care-api and billing-api</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td>{cell(idClaims, name)}</td>
                <td>{cell(accessClaims, name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Storage />
    </aside>
  );
}

/** What Amplify keeps in this tab. The refresh token is the one worth most; signing out revokes it and empties the list. */
function Storage(): ReactNode {
  const kept = Object.keys(window.sessionStorage)
    .filter((key) => key.startsWith("CognitoIdentityServiceProvider."))
    .map((key) => key.split(".").at(-1) ?? "")
    .sort();
  return (
    <p className="muted small">
      In this tab's storage, and gone with it: {kept.join(", ")}. Any script of this page could read them, which is why
      there is none but its own. Nothing of a token is written to the console.
    </p>
  );
}
