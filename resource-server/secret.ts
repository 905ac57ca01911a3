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

/**
 * Puts a value behind `reveal()`.
 *
 * @param told Hears of each reveal before the value is given.
 */
export function secret<T>(value: T, told: (reason: string | null) => void = () => {}): Secret<T> {
  const hidden = (): string => SEALED;
  const members = {
    reveal: ({ reason }: RevealOptions = {}): T => {
      told(reason ?? null);
      return value;
    },
    toString: hidden,
    toJSON: hidden,
    [Symbol.toPrimitive]: hidden,
    [inspect.custom]: hidden,
  };
  // Nothing enumerable, so spreading, cloning and walking it find nothing either; the value is held by a closure alone.
  const descriptors = Reflect.ownKeys(members).map((key) => [key, { value: Reflect.get(members, key) }] as const);
  return Object.freeze(Object.defineProperties({}, Object.fromEntries(descriptors))) as Secret<T>;
}
