const KEY = "clinic";

/** The clinic the person has chosen in this tab, by its number: nothing personal, and nothing that grants anything. */
export function chosenClinic(): string | null {
  return window.sessionStorage.getItem(KEY);
}

/** Remembers the choice; null forgets it. */
export function chooseClinic(clinic: string | null): void {
  if (clinic === null) window.sessionStorage.removeItem(KEY);
  else window.sessionStorage.setItem(KEY, clinic);
}
