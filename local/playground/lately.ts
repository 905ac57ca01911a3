/** Remembers what was made of the last few texts. A page sends all its texts with each keystroke, and changes one. */
export function lately<T>(make: (text: string) => T, most = 8): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text);
    const value = known === undefined ? make(text) : known;
    made.delete(text);
    made.set(text, value);
    const [oldest] = made.keys();
    if (made.size > most && oldest !== undefined) made.delete(oldest);
    return value;
  };
}
