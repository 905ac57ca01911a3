/** A value as a person reads it: texts as they are, lists with commas, everything else as JSON. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return value === "" ? '""' : value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")) {
    return value.join(", ");
  }
  return value === undefined ? "" : JSON.stringify(value);
}

const TIMES: ReadonlySet<string> = new Set(["iat", "exp", "auth_time"]);

/** A claim's value; of Cognito's times the hour, since nobody reads seconds. */
export function shownClaim(name: string, value: unknown): string {
  if (TIMES.has(name) && typeof value === "number") {
    return `${new Date(value * 1000).toISOString().slice(11, 19)} UTC`;
  }
  return shownValue(value);
}

/** `1,234`. */
export function counted(bytes: number): string {
  return bytes.toLocaleString("en");
}

/** `1 claim`, `2 claims`. */
export function several(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;
}
