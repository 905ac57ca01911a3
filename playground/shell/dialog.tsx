import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

type Dialog = { readonly title: string; readonly close: () => void; readonly children: ComponentChildren };

/** Something to be done before one goes on. Escape closes it, and the focus returns to where it was. */
export function Dialog({ title, close, children }: Dialog) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={box} onClose={close} aria-labelledby={id}>
      <div class="dialog">
        <h2 id={id}>{title}</h2>
        {children}
        <div class="dialog-row">
          <button type="button" class="button" onClick={() => box.current?.close()}>
            Close
          </button>
        </div>
      </div>
    </dialog>
  );
}
