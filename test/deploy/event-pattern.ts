type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches a pattern, by EventBridge's rules for the comparisons used here (user guide, "Comparison
 * operators"): fields all, values any; a list of objects matches where one of them does; what is compared with anything
 * must be there, unless it is asked to be absent.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return Object.entries(fields(pattern)).every(([name, wanted]) => {
    if (name === "$or") return list(wanted).some((each) => matchesPattern(each, event));
    const values = valuesAt(event, name);
    if (!Array.isArray(wanted)) {
      const inside = values.length > 0 ? values : [{}];
      return inside.some((value) => matchesPattern(wanted, value));
    }
    const leaves = values.filter((value) => typeof value !== "object" || value === null);
    return wanted.some((matcher) =>
      isAbsent(matcher) ? leaves.length === 0 : leaves.some((leaf) => fits(matcher, leaf)),
    );
  });
}

function isAbsent(matcher: unknown): boolean {
  return typeof matcher === "object" && matcher !== null && "exists" in matcher && matcher.exists === false;
}

function fits(matcher: unknown, leaf: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === leaf;
  const [[operator, wanted] = ["", null], ...others] = Object.entries(matcher);
  if (others.length > 0) throw new Error("one comparison at a time");
  const text = typeof leaf === "string" ? leaf : "";
  switch (operator) {
    case "anything-but":
      return !list(wanted).includes(leaf);
    case "prefix":
      return text.startsWith(String(wanted));
    case "suffix":
      return text.endsWith(String(wanted));
    case "wildcard":
      return wildcard(String(wanted)).test(text);
    default:
      throw new Error(`a comparison that is not known here: ${operator}`);
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** What a field holds, in an object or in any of a list of them. */
function valuesAt(event: unknown, name: string): readonly unknown[] {
  const holders = Array.isArray(event) ? event : [event];
  return holders.flatMap((holder) => {
    if (typeof holder !== "object" || holder === null || !(name in holder)) return [];
    const value = (holder as Fields)[name];
    return Array.isArray(value) ? value : [value];
  });
}

function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("a pattern is an object");
  return value as Fields;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
