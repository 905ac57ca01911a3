import { signIn, signInWithRedirect } from "aws-amplify/auth";
import { type FormEvent, type ReactNode, useState } from "react";
import { fieldOf } from "./form-field.ts";
import { textOf } from "./problem.ts";

type Props = { readonly problem: string | null; readonly onProblem: (problem: string | null) => void };

/** Both ways in: the page's own form, by SRP, so that the password stays here; or the pool's page, and back with a code. */
export function SignIn({ problem, onProblem }: Props): ReactNode {
  const [isBusy, setBusy] = useState(false);

  const attempt = async (how: () => Promise<void>): Promise<void> => {
    setBusy(true);
    onProblem(null);
    try {
      await how();
    } catch (error) {
      onProblem(textOf(error));
    } finally {
      setBusy(false);
    }
  };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const [username, password] = [fieldOf(event.currentTarget, "email"), fieldOf(event.currentTarget, "password")];
    void attempt(async () => {
      const { nextStep } = await signIn({ username, password, options: { authFlowType: "USER_SRP_AUTH" } });
      if (nextStep.signInStep !== "DONE")
        throw new Error(`The pool asks for ${nextStep.signInStep}, which this page leaves out.`);
    });
  };

  return (
    <main className="door">
      <h1>Clinic dashboard</h1>
      <p className="muted">Who can sign in, and with which password, stands in the terminal that started this.</p>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          Email
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit" className="primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
      <p className="or">or</p>
      <button type="button" disabled={isBusy} onClick={() => void attempt(signInWithRedirect)}>
        Sign in on the pool's page
      </button>
    </main>
  );
}
