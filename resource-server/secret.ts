import { inspect } from "node:util";

const SEALED = "[sealed]";

/**
 * An opened value that does not show itself: text, JSON, templates, `util.inspect` and copies of it hold `[sealed]` or
 * nothing. `reveal()` gives the value, at a place a reviewer can find.
 */
export type Secret<T> = {
  /** @param options.reason For the audit record: why the value is needed here. */
  reveal(options?: RevealOptions): T;
  toString(): string;
  toJSON(): string;
};

export type RevealOptions = { readonly reason?: string };

const hidden = (): string => SEALED;

/** How every secret shows itself, the same for all: nothing here knows a value. */
const HIDES: object = Object.freeze(
  Object.create(Object.prototype, {
    toString: { value: hidden },
    toJSON: { value: hidden },
    [Symbol.toPrimitive]: { value: hidden },
    [inspect.custom]: { value: hidden },
  }),
);

/**
 * Puts a value behind `reveal()`.
 *
 * @param told Hears of each reveal before the value is given.
 */
export function secret<T>(value: T, told: (reason: string | null) => void = () => {}): Secret<T> {
  const reveal = ({ reason }: RevealOptions = {}): T => {
    told(reason ?? null);
    return value;
  };
  // Nothing enumerable, so spreading, cloning and walking it find nothing either; the value is held by a closure alone.
  return Object.freeze(Object.defineProperty(Object.create(HIDES) as object, "reveal", { value: reveal })) as Secret<T>;
}
