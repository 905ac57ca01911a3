/** What is wrong with an option, by its name; never with a value of it. */
export function wrong(option: string, problem: string): TypeError {
  return new TypeError(`createOpener: ${option} ${problem}`);
}

/**
 * Takes only members that are known, so that a check is not lost to a misspelling.
 *
 * @throws {TypeError} that names the stranger.
 */
export function assertMembers(
  option: string,
  value: unknown,
  allowed: readonly string[],
  otherwise: string = "",
): void {
  if (typeof value !== "object" || value === null) throw wrong(option, `must be an object${otherwise}`);
  const stranger = Object.keys(value).find((member) => !allowed.includes(member));
  if (stranger !== undefined) throw wrong(option, `has no member "${stranger}"; it has ${allowed.join(", ")}`);
}
