/** One DER element (ITU-T X.690) with a one-byte tag, in definite form. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOctets(content.length), content]);
}

/**
 * The content of an element inside `bytes`: at each level, `path` says how many siblings to pass over.
 *
 * @throws {RangeError} where the bytes end before the path does.
 */
export function derContent(bytes: Uint8Array, path: readonly number[]): Buffer {
  let here = Buffer.from(bytes);
  for (const siblings of path) {
    for (let passed = 0; passed < siblings; passed += 1) here = here.subarray(bounds(here).end);
    const { start, end } = bounds(here);
    here = here.subarray(start, end);
  }
  return here;
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x100) return Buffer.of(0x81, length);
  return Buffer.of(0x82, length >> 8, length & 0xff);
}

/** Where the content of the first element begins and ends. */
function bounds(bytes: Buffer): { readonly start: number; readonly end: number } {
  const first = bytes.readUInt8(1);
  const long = first < 0x80 ? 0 : first & 0x7f;
  const start = 2 + long;
  const end = start + (long === 0 ? first : bytes.readUIntBE(2, long));
  if (end > bytes.length) throw new RangeError("the element is longer than what is left");
  return { start, end };
}
