import { crc32, inflateRawSync } from "node:zlib";

/**
 * The files of a zip archive, by name. Throws for an entry that is damaged, or packed in another way.
 *
 * Source: APPNOTE.TXT of the ZIP file format, 4.3.7, 4.3.12 and 4.3.16.
 */
export function unzip(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf("PK\x05\x06");
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    files.set(name, contents(zip, at, name));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

/** What the entry of the central directory at `at` stands for. */
function contents(zip: Buffer, at: number, name: string): Buffer {
  const [method, sum, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)];
  const local = zip.readUInt32LE(at + 42);
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(from, from + size);
  const bytes = method === 8 ? inflateRawSync(packed) : packed;
  if (![0, 8].includes(method) || crc32(bytes) !== sum) throw new Error(`${name} cannot be unpacked`);
  return bytes;
}
