import type { FilePlace } from "../../attributes/import-record.ts";

/** A record of a file as text, or why it has none. */
export type TextRecord = {
  readonly line: number;
  readonly next: FilePlace;
} & ({ readonly text: string } | { readonly problem: string });

/** A row of DynamoDB has 400 KB at most. */
const MAX_BYTES = 1_048_576;

const [LINE_FEED, QUOTE] = [0x0a, 0x22];

/**
 * The records of a file, behind a place in it: lines, empty ones left out. Where cells may be quoted, a line break
 * between quotes is part of one.
 */
export async function* textRecords(
  chunks: AsyncIterable<Uint8Array>,
  from: FilePlace,
  isQuoted: boolean,
): AsyncGenerator<TextRecord> {
  let { byte, line } = from;
  let [start, parts, length, isInQuotes] = [line, [] as Uint8Array[], 0, false];
  const add = (part: Uint8Array): void => {
    length += part.length;
    // What is longer is told of and not kept.
    if (length <= MAX_BYTES) parts.push(part);
  };
  const record = (): TextRecord | null => {
    const told = { line: start, next: { byte, line } };
    const text = length > MAX_BYTES ? null : textOf(parts, start === 1);
    [start, parts, length] = [line, [], 0];
    if (text === "") return null;
    if (text !== null) return { ...told, text };
    return { ...told, problem: `no UTF-8, or longer than ${MAX_BYTES} bytes${isQuoted ? ": is a quote open?" : ""}` };
  };
  for await (const chunk of chunks) {
    let done = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (isQuoted && chunk[at] === QUOTE) isInQuotes = !isInQuotes;
      if (chunk[at] !== LINE_FEED) continue;
      line += 1;
      if (isInQuotes) continue;
      add(chunk.subarray(done, at));
      byte += at + 1 - done;
      done = at + 1;
      const found = record();
      if (found !== null) yield found;
    }
    add(chunk.subarray(done));
    byte += chunk.length - done;
  }
  const found = record();
  if (found !== null) yield found;
}

/** Null where it is no UTF-8. A byte order mark belongs to the file. */
function textOf(parts: readonly Uint8Array[], isFirst: boolean): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: !isFirst }).decode(Buffer.concat(parts));
    return text.replace(/\r$/, "");
  } catch {
    return null;
  }
}
