/** What a message on an expression ends with: its line, indented, and a caret. */
const OWN_CARET = /^([\s\S]*?)\n {4}([^\n]*)\n {4}( *)\^$/;

/** A message without the expression line and caret at its end, for a report that shows the place in the file. */
export function withoutCaret(message: string): string {
  return OWN_CARET.exec(message)?.[1] ?? message;
}

/**
 * Whether a message's own line shows what `rest`, the source from the finding's column on, shows. It does not where
 * YAML reads something else than is written, such as an escape; then both are worth showing.
 */
export function caretShows(message: string, rest: string): boolean {
  const [, , line = "", pad = ""] = OWN_CARET.exec(message) ?? [];
  const own = line.slice(pad.length).trimEnd();
  const source = rest.trimEnd();
  // A folded scalar is one line to the expression and several in the file.
  return source.startsWith(own) || (source !== "" && own.startsWith(source));
}
