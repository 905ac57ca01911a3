/**
 * Whether `pattern` covers all of `text`: `*` stands for any run of characters, `?` for one; as themselves they are
 * written `${*}` and `${?}` (IAM User Guide, "Policy variables").
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const wanted = pattern.match(/\$\{[*?$]\}|./gs) ?? [];
  let [at, read, star, resume] = [0, 0, -1, 0];
  while (read < text.length) {
    if (wanted[at] === "*") {
      star = at;
      resume = read;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === "?" || plain(wanted[at] ?? "") === text[read])) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      // The last star takes one character more; an earlier one never has to, so there is no backtracking beyond it.
      resume += 1;
      read = resume;
      at = star + 1;
    } else return false;
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}

/** A text as it is meant, `${*}`, `${?}` and `${$}` written out. */
export function plain(text: string): string {
  return text.replace(/\$\{([*?$])\}/g, "$1");
}

/**
 * Whether `pattern` covers an ARN: its six parts one by one, so that a wildcard never reaches over a colon into the next
 * part (IAM User Guide, "ARN condition operators"; the same for the `Resource` element). The sixth part holds the rest.
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const parts = arnParts(arn);
  const patterns = arnParts(pattern);
  return (
    parts.length === 6 &&
    patterns.length === 6 &&
    patterns.every((part, index) => matchesWildcard(part, parts[index] ?? ""))
  );
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}
