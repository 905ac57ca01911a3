import { useRef } from "preact/hooks";
import type { Faults, FaultyPart } from "../../local/playground/messages.ts";
import { several } from "../readers/shown-value.ts";

type FaultMenu = {
  readonly parts: readonly FaultyPart[];
  readonly faults: Faults;
  readonly set: (part: string, name: string | null) => void;
  readonly clear: () => void;
};

/** What can go wrong with this map, to be switched on part by part. */
export function FaultMenu({ parts, faults, set, clear }: FaultMenu) {
  const menu = useRef<HTMLDetailsElement>(null);
  const count = Object.keys(faults).length;
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || menu.current === null) return;
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  const isLeft = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (menu.current !== null && to instanceof Node && !menu.current.contains(to)) menu.current.open = false;
  };
  return (
    <details class="faults" ref={menu} onKeyDown={leave} onFocusOut={isLeft}>
      <summary class={`button${count > 0 ? " on" : ""}`}>{count === 0 ? "Faults" : several(count, "fault")}</summary>
      <fieldset class="faults-menu" aria-label="faults to switch on">
        {parts.length === 0 && <p class="quiet">The map cannot be read: nothing of it can fail.</p>}
        {parts.map(({ part, label, faults: names }) => {
          const chosen = faults[part] ?? "";
          return (
            <label key={part} class="field fault">
              <span>{label}</span>
              <select
                value={chosen}
                onChange={({ currentTarget: { value } }) => set(part, value === "" ? null : value)}
              >
                <option value="">works</option>
                {names.map(({ name, means }) => (
                  <option key={name} value={name}>
                    {name}: {means}
                  </option>
                ))}
              </select>
            </label>
          );
        })}
        {count > 0 && (
          <button type="button" class="button small" onClick={clear}>
            Everything works
          </button>
        )}
      </fieldset>
    </details>
  );
}
