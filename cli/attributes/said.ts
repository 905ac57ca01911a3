import type { RestOfKey } from "../../attributes/row-place.ts";
import type { RowSubject } from "../../attributes/row-subject.ts";
import type { Given } from "../command.ts";
import { CliError, EXIT } from "../io.ts";

/** The subject a command line tells. */
export function subjectFrom(given: Given): RowSubject {
  const [sub, clientId, tenant, partition] = ["sub", "client", "tenant", "partition"].map((flag) => given.text(flag));
  const others = pairs(given, "given", "REF=VALUE");
  return {
    ...(sub !== undefined && { sub }),
    ...(clientId !== undefined && { clientId }),
    ...(tenant !== undefined && { tenant }),
    ...(partition !== undefined && { partition }),
    ...(Object.keys(others).length > 0 && { given: others }),
  };
}

/** The row of several that `--key` tells; undefined where it is not given. */
export function keyFrom(given: Given): RestOfKey | undefined {
  const key = pairs(given, "key", "NAME=VALUE");
  return Object.keys(key).length > 0 ? key : undefined;
}

/**
 * The one source a command is about.
 *
 * @throws {CliError} exit 2 for none and for several.
 */
export function oneSource(given: Given): string {
  const [source, second] = given.each("source");
  if (source === undefined) throw new CliError(EXIT.usage, "--source is missing");
  if (second !== undefined) throw new CliError(EXIT.usage, "--source is given once");
  return source;
}

/** The reason for something that is written down. */
export function neededReason(given: Given, what: string): string {
  const reason = given.text("reason")?.trim();
  if (reason) return reason;
  throw new CliError(EXIT.usage, `${what} needs --reason TEXT: it stands in the audit line`);
}

function pairs(given: Given, flag: string, hint: string): Record<string, string> {
  return Object.fromEntries(
    given.each(flag).map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CliError(EXIT.usage, `--${flag} takes ${hint}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
