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
    const load = async (): Promise<void> => {
      try {
        setSession(await readSession());
      } catch (error) {
        setSession(null);
        setProblem(textOf(error));
      }
    };
    const stopListening = Hub.listen("auth", ({ payload }) => {
      if (payload.event === "signInWithRedirect_failure") setProblem(textOf(payload.data?.error));
      if (["signedIn", "signInWithRedirect", "signedOut"].includes(payload.event)) {
        if (payload.event !== "signedOut") setProblem(null);
        void load();
      }
    });
    void load();
    return stopListening;
  }, []);

  if (session === "loading") return <p className="loading">One moment ...</p>;
  if (session === null) return <SignIn problem={problem} onProblem={setProblem} />;
  return <Dashboard session={session} onSession={setSession} />;
}
