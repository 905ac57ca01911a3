import type { IdClaims } from "./claims.gen.ts";

export type View = "overview" | "charts" | "invoices" | "on-call";

type Entry = { readonly view: View; readonly title: string; readonly isFor: (id: IdClaims) => boolean };

/** The menu, by what the ID token says. Who finds a hidden entry meets the API behind it, which asks the access token. */
export const ENTRIES: readonly Entry[] = [
  { view: "overview", title: "Overview", isFor: () => true },
  { view: "charts", title: "Charts", isFor: ({ role }) => role === "lead" || role === "physician" },
  { view: "invoices", title: "Invoices", isFor: ({ role }) => role === "lead" || role === "clerk" },
  { view: "on-call", title: "On call", isFor: (id) => id["cognito:groups"]?.includes("on-call") ?? false },
];
