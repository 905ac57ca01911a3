/** What a request has for an access token: one, none, or something that cannot be read in one way. */
export type Bearer = { readonly token: string } | { readonly token: null; readonly malformed: boolean };

/** The longest token an opener takes, and the scheme's name in front of it. */
const MAX_CHARACTERS = 16_384 + "Bearer ".length;

/**
 * Reads the `Authorization` headers of a request (RFC 6750 section 2.1): one, of the scheme `Bearer`, whatever its case,
 * with one token. Another scheme, `DPoP` included (RFC 9449), is as good as none: whoever sent such a token has bound
 * it to a key, and taking it as a bearer's would give that up.
 *
 * @param values Each header's value. Gateways and fetch join two with a comma, which no token has.
 */
export function readBearer(values: readonly string[]): Bearer {
  const [value, ...others] = values;
  if (value === undefined || value === "") return { token: null, malformed: false };
  if (others.length > 0 || value.length > MAX_CHARACTERS) return { token: null, malformed: true };
  if (!/^Bearer(?: |$)/i.test(value)) return { token: null, malformed: false };
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(value) ?? [];
  return token === undefined ? { token: null, malformed: true } : { token };
}

/**
 * The values of a header in a record of headers, whatever the case of its name: gateways hand over names as clients
 * spelled them, and two spellings are two headers.
 */
export function valuesOf(
  headers: Readonly<Record<string, string | readonly string[] | null | undefined>> | null | undefined,
  name: string,
): readonly string[] {
  return Object.entries(headers ?? {})
    .filter(([each]) => each.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
}

/** The values of a header in Node's `rawHeaders`, where names and values take turns; `headers` keeps the first of two. */
export function valuesOfLines(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
