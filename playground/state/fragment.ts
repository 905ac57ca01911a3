/**
 * What a link says, packed: JSON, deflated (RFC 1951), as base64url behind a version. It stands in the fragment of the
 * address, which browsers send to nobody.
 */
const VERSION = "1.";

/** No link needs more; whoever sends more has something else in mind. */
const MOST_CHARACTERS = 200_000;
const MOST_BYTES = 2_000_000;

/** A value that survives JSON, as a fragment without its `#`. */
export async function packFragment(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return VERSION + toBase64Url(await piped(bytes, new CompressionStream("deflate-raw"), Number.POSITIVE_INFINITY));
}

/** What `packFragment` packed; undefined for everything else: of another version, cut off, too large, no JSON. */
export async function unpackFragment(fragment: string): Promise<unknown> {
  if (!fragment.startsWith(VERSION) || fragment.length > MOST_CHARACTERS) return undefined;
  try {
    const packed = fromBase64Url(fragment.slice(VERSION.length));
    const bytes = await piped(packed, new DecompressionStream("deflate-raw"), MOST_BYTES);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

type Pipe = { readonly readable: ReadableStream; readonly writable: WritableStream };

async function piped(bytes: Uint8Array, through: Pipe, most: number): Promise<Uint8Array> {
  const writer = through.writable.getWriter();
  // What goes wrong while writing is told where it is read.
  const ignored = (): void => {};
  writer.write(bytes).catch(ignored);
  writer.close().catch(ignored);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const reader = through.readable.getReader(); ; ) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) break;
    length += value.length;
    if (length > most) throw new RangeError("a link unpacks to too much");
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}
