import { closeName } from "../claims/shape/close-name.ts";
import { CliError, EXIT } from "./io.ts";

/**
 * Holds a name that was typed against those a map has.
 *
 * @throws {CliError} exit 2 for any other, with the one that may have been meant or those there are.
 */
export function requireName(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const close = closeName(name, names);
  const there = names.length === 0 ? "it has none" : `there are: ${names.join(", ")}`;
  const meant = close === undefined ? there : `did you mean ${close}?`;
  throw new CliError(EXIT.usage, `the map has no ${what} "${name}"; ${meant}`);
}
