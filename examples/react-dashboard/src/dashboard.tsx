import { type ReactNode, useState } from "react";
import { ApiCard } from "./api-card.tsx";
import { ClinicSwitch } from "./clinic-switch.tsx";
import { Drawer } from "./drawer.tsx";
import { Menu } from "./menu.tsx";
import type { View } from "./menu-entries.ts";
import { OnCall } from "./on-call.tsx";
import { Person } from "./person.tsx";
import { Rows } from "./rows.tsx";
import { leave, type Session } from "./session.ts";

type Props = { readonly session: Session; readonly onSession: (session: Session | null) => void };

/** The interface, driven by the ID token. */
export function Dashboard({ session, onSession }: Props): ReactNode {
  const [view, setView] = useState<View>("overview");
  const [isOpen, setOpen] = useState(false);
  const { id, accessToken } = session;

  return (
    <>
      <header className="bar">
        <strong>Clinic dashboard</strong>
        <span className="chip">clinic {id.clinic_id}</span>
        <span className="spring" />
        <span className="name" data-testid="name">
          {id.name}
        </span>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Tokens
        </button>
        <button type="button" onClick={() => void leave()}>
          Sign out
        </button>
      </header>
      {isOpen && <Drawer session={session} onClose={() => setOpen(false)} />}
      <div className="frame">
        <Menu id={id} view={view} onView={setView} />
        <main>
          {view === "overview" && (
            <>
              <Person session={session} />
              <ClinicSwitch session={session} onSession={onSession} />
              <div className="pair">
                <ApiCard api="care-api" session={session} />
                <ApiCard api="billing-api" session={session} />
              </div>
            </>
          )}
          {view === "charts" && <Rows title="Charts" api="care-api" path="/charts" accessToken={accessToken} />}
          {view === "invoices" && (
            <Rows title="Invoices" api="billing-api" path="/invoices" accessToken={accessToken} />
          )}
          {view === "on-call" && <OnCall />}
        </main>
      </div>
    </>
  );
}
