/** Whether a pattern with `*` and `?`, as IAM's conditions and resources have them, covers a text. */
export function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text.length === pattern.length && standsAt(text, 0, pattern);
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    // The first place is as good as any later one: a star takes whatever lies between.
    while (at + part.length <= text.length && !standsAt(text, at, part)) at += 1;
    at += part.length;
  }
  const end = text.length - last.length;
  return at <= end && standsAt(text, 0, first) && standsAt(text, end, last);
}

function standsAt(text: string, at: number, part: string): boolean {
  for (let index = 0; index < part.length; index += 1) {
    if (part[index] !== "?" && part[index] !== text[at + index]) return false;
  }
  return true;
}

/** The account in an ARN; empty where it names none. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** The Region in an ARN; empty where it names none. */
export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
