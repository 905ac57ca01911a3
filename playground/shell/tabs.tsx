import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { nextTab } from "./next-tab.ts";

export type Tab = {
  readonly id: string;
  readonly title: string;
  /** Said after the title, and shown as a mark on it. */
  readonly alert?: string | null;
};

type Tabs = {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
};

/** A list of tabs: arrow keys, Home and End go through it, and it is one stop for the Tab key. */
export function TabList({ label, tabs, chosen, choose }: Tabs) {
  const list = useRef<HTMLDivElement>(null);
  const go = (event: KeyboardEvent): void => {
    const to = nextTab(
      event.key,
      tabs.findIndex(({ id }) => id === chosen),
      tabs.length,
    );
    const tab = to === null ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    choose(tab.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to ?? 0]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={go}>
      {tabs.map(({ id, title, alert }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => choose(id)}
        >
          {title}
          {alert && <span class="tab-alert">{alert}</span>}
        </button>
      ))}
    </div>
  );
}

type Panel = {
  readonly id: string;
  /** Whether it is chosen in a list of tabs; `null` where there is room for all panels and so no list. */
  readonly chosen: boolean | null;
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
};

/** What a tab shows; a part of the page like any other where there is room for all. */
export function TabPanel({ id, chosen, label, children, ...rest }: Panel) {
  const className = `panel ${rest.class ?? ""}`;
  if (chosen === null) {
    return (
      <section class={className} aria-label={label}>
        {children}
      </section>
    );
  }
  return (
    <div class={className} role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`} hidden={!chosen}>
      {children}
    </div>
  );
}
