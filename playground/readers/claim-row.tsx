import type { ComponentChildren } from "preact";
import { ClassChip, type Kind } from "./class-chip.tsx";

/** What is behind a click on a claim: the way it came; null for one that came by itself. */
export type Traceable = { readonly traced: string | null; readonly trace: (claim: string | null) => void };

type ClaimRow = {
  readonly name: string;
  readonly kind: Kind;
  readonly isTraceable: boolean;
  /** Stands out: a private value that anybody can read. */
  readonly isLeak?: boolean;
  readonly children: ComponentChildren;
} & Traceable;

/** One claim: its name, its value, its class. A button where there is a way to show. */
export function ClaimRow({ name, kind, isTraceable, isLeak = false, traced, trace, children }: ClaimRow) {
  const isTraced = isTraceable && traced === name;
  const parts = (
    <>
      <span class="claim-name">{name}</span> <ClassChip kind={kind} />
      <span class="claim-value">{children}</span>
      {isLeak && <strong class="claim-leak">readable by whoever finds it</strong>}
    </>
  );
  const className = `claim ${kind}${isLeak ? " leak" : ""}`;
  if (!isTraceable) return <li class={className}>{parts}</li>;
  return (
    <li>
      <button
        type="button"
        class={className}
        aria-pressed={isTraced}
        title="where it comes from"
        onClick={() => trace(isTraced ? null : name)}
      >
        {parts}
      </button>
    </li>
  );
}
