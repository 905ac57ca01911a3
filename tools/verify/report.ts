import type { Figures } from "./chunks.ts";

/** What a piece at work says to whoever started it. */
export type Message =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "result"; readonly figures: Figures; readonly problems: readonly string[] };

/** How often a piece says how far it is, in milliseconds. */
const EVERY_MS = 1_000;

export type Reporting = {
  readonly progress: (share: number) => void;
  /** The last thing a piece says. */
  readonly result: (figures: Figures, problems: readonly string[]) => void;
};

/** Says how far a piece is, now and then; ends the process with whoever started it. */
export function reporting(): Reporting {
  const leave = (): never => process.exit(1);
  process.on("disconnect", leave);
  let last = 0;
  return {
    progress: (share) => {
      const now = performance.now();
      if (now - last < EVERY_MS) return;
      last = now;
      say({ kind: "progress", share });
    },
    result: (figures, problems) => {
      process.off("disconnect", leave);
      say({ kind: "result", figures, problems }, () => process.disconnect());
    },
  };
}

function say(message: Message, then: () => void = () => {}): void {
  if (process.send) process.send(message, undefined, undefined, then);
  else console.log(JSON.stringify(message));
}
