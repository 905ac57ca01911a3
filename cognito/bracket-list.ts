/**
 * Several texts as one, the way Cognito writes what a provider sends in several values: `[a, b]`. Null where an item
 * could be taken for two, or for none.
 */
export function bracketText(items: readonly unknown[]): string | null {
  // Spread, so that a hole counts as the undefined it would become.
  return [...items].every(isPlain) ? `[${items.join(", ")}]` : null;
}

function isPlain(item: unknown): boolean {
  return typeof item === "string" && item !== "" && item.trim() === item && !/[,[\]]/.test(item);
}
