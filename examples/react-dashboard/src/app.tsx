import { Hub } from "aws-amplify/utils";
import { type ReactNode, useEffect, useState } from "react";
import { Dashboard } from "./dashboard.tsx";
import { textOf } from "./problem.ts";
import { readSession, type Session } from "./session.ts";
import { SignIn } from "./sign-in.tsx";

/** The dashboard for whoever is signed in, or the way in. */
export function App(): ReactNode {
  const [session, setSession] = useState<Session | null | "loading">("loading");
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let newest = 0;
    const load = async (): Promise<void> => {
      newest += 1;
      const own = newest;
      const [read, trouble] = await readSession().then(
        (found) => [found, null] as const,
        (error: unknown) => [null, textOf(error)] as const,
      );
      // Of two that overtake one another, the one that was asked last knows how things stand.
      if (own !== newest) return;
      setSession(read);
      if (trouble !== null) setProblem(trouble);
    };
    const stopListening = Hub.listen("auth", ({ payload }) => {
      if (payload.event === "signInWithRedirect_failure") setProblem(textOf(payload.data?.error));
      if (["signedIn", "signInWithRedirect"].includes(payload.event)) setProblem(null);
      // A renewal too: what the page shows is what it sends.
      if (["signedIn", "signInWithRedirect", "tokenRefresh", "signedOut"].includes(payload.event)) void load();
    });
    void load();
    return stopListening;
  }, []);

  if (session === "loading") return <p className="loading">One moment ...</p>;
  if (session === null) return <SignIn problem={problem} onProblem={setProblem} />;
  return <Dashboard session={session} onSession={setSession} />;
}
