/** Entries kept at most; the oldest go first, so that a soak test cannot fill the memory. */
const CAPACITY = 100_000;

/** Adds an entry; above the capacity the oldest one makes room. */
export function keep<Key, Value>(entries: Map<Key, Value>, key: Key, value: Value): void {
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > CAPACITY && oldest !== undefined) entries.delete(oldest);
}
