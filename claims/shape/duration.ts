const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** The seconds of a length of time in the form `DURATION`, such as `60s`, `5m` or `1h`; 0 for any other text. */
export function secondsOf(text: string): number {
  const [, count = "0", unit = "s"] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}
