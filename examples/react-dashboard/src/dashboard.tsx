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

/** The interface, driven by the ID token. What came with one access token goes with it: under another, APIs are asked anew. */
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
              <div className="pair" key={accessToken}>
                <ApiCard api="care-api" />
                <ApiCard api="billing-api" />
              </div>
            </>
          )}
          {view === "charts" && <Rows key={accessToken} title="Charts" api="care-api" path="/charts" />}
          {view === "invoices" && <Rows key={accessToken} title="Invoices" api="billing-api" path="/invoices" />}
          {view === "on-call" && <OnCall />}
        </main>
      </div>
    </>
  );
}
