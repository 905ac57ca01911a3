import { inspect } from "node:util";

const METHODS = ["debug", "dir", "error", "info", "log", "table", "trace", "warn"] as const;

/** Collects what is printed, by `console` or straight to standard output and error, instead of showing it. */
export type Collector = {
  /** What was printed since the last call. */
  readonly take: () => string;
  /** Lets printing print again. */
  readonly stop: () => void;
};

export function collectPrinted(): Collector {
  let collected = "";
  const write = (text: unknown): boolean => {
    collected += text instanceof Uint8Array ? Buffer.from(text).toString("latin1") : String(text);
    return true;
  };
  const undo: (() => void)[] = [];
  const replace = <T extends object, K extends keyof T>(holder: T, name: K, by: T[K]): void => {
    const kept = holder[name];
    holder[name] = by;
    undo.push(() => {
      holder[name] = kept;
    });
  };
  // The test runner has a console of its own, which does not end in these streams.
  for (const method of METHODS) {
    replace(console, method, (...args: readonly unknown[]) => {
      write(`${args.map((each) => (typeof each === "string" ? each : inspect(each, { depth: 10 }))).join(" ")}\n`);
    });
  }
  replace(process.stdout, "write", write);
  replace(process.stderr, "write", write);
  return {
    take: () => {
      const text = collected;
      collected = "";
      return text;
    },
    stop: () => {
      for (const back of undo) back();
    },
  };
}
