/** RFC 3339 section 5.6, `date-time`. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** The instant an RFC 3339 text names; `undefined` for any other text, and for days no month has. */
export function instant(text: string): Date | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const date = new Date(text.toUpperCase());
  if (Number.isNaN(date.getTime())) return undefined;
  // `Date` rolls 31 April over into May; a day that does not exist is no instant.
  const days = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return Number(text.slice(8, 10)) <= days ? date : undefined;
}

/** The instant `seconds` after the epoch, within the years 1 to 9999 (RFC 3339); `undefined` outside them. */
export function instantOfSeconds(seconds: number): Date | undefined {
  return seconds >= -62_135_596_800 && seconds < 253_402_300_800 ? new Date(seconds * 1000) : undefined;
}
