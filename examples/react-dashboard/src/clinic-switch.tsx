import { type FormEvent, type ReactNode, useState } from "react";
import { shown, telling } from "./claim-list.tsx";
import { fieldOf } from "./form-field.ts";
import { textOf } from "./problem.ts";
import { type Claims, type Session, switchClinic } from "./session.ts";

type Props = { readonly session: Session; readonly onSession: (session: Session | null) => void };

/** A clinic that nobody here works for. */
const SOMEBODY_ELSES = "c99";

type Change = { readonly claim: string; readonly token: string; readonly before: string; readonly after: string };

/** Switches the clinic by a refresh, and shows what that has changed in the tokens. */
export function ClinicSwitch({ session, onSession }: Props): ReactNode {
  const { clinic_id: current, clinics = [] } = session.id;
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const switchTo = async (clinic: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setChanges([]);
    try {
      const next = await switchClinic(clinic);
      if (next !== null) setChanges(changesBetween(session, next));
      onSession(next);
    } catch (error) {
      setProblem(textOf(error));
    } finally {
      setBusy(false);
    }
  };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void switchTo(fieldOf(event.currentTarget, "clinic"));
  };

  return (
    <section className="card" aria-labelledby="clinic">
      <h2 id="clinic">Clinic</h2>
      <form className="line" onSubmit={submit}>
        <label>
          Work in
          <select name="clinic" key={current} defaultValue={clinics.find((clinic) => clinic !== current) ?? current}>
            {clinics.map((clinic) => (
              <option key={clinic}>{clinic}</option>
            ))}
          </select>
        </label>
        <button type="submit" className="primary" disabled={isBusy}>
          Switch
        </button>
        <button type="button" className="wrong" disabled={isBusy} onClick={() => void switchTo(SOMEBODY_ELSES)}>
          Ask for {SOMEBODY_ELSES}, which is not yours
        </button>
      </form>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {changes.length > 0 && <Changes changes={changes} />}
      <p className="muted small">
        A refresh takes the wish along; the trigger looks into the table, and makes both tokens anew. At a sign-in by
        redirect Cognito takes nothing along, so people come in at their first clinic.
      </p>
    </section>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  return (
    <div className="scroll">
      <table aria-label="What has changed">
        <thead>
          <tr>
            <th>claim</th>
            <th>token</th>
            <th>before</th>
            <th>after</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ claim, token, before, after }) => (
            <tr key={`${token} ${claim}`}>
              <td>
                <code>{claim}</code>
              </td>
              <td>{token}</td>
              <td>{before}</td>
              <td>{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function changesBetween(before: Session, after: Session): readonly Change[] {
  return [
    ...changesIn("ID", before.idClaims, after.idClaims),
    ...changesIn("access", before.accessClaims, after.accessClaims),
  ];
}

/** Envelopes are made anew each time, so of them it counts whether there is one. */
function changesIn(token: string, before: Claims, after: Claims): readonly Change[] {
  const [old, fresh] = [telling(before), telling(after)];
  const text = (claims: Claims, name: string): string => {
    if (!Object.hasOwn(claims, name)) return "none";
    return name.startsWith("sealed_") ? "sealed" : shown(name, claims[name]);
  };
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .map((claim) => ({ claim, token, before: text(old, claim), after: text(fresh, claim) }))
    .filter(({ before: was, after: is }) => was !== is);
}
