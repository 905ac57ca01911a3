import type { IncomingMessage } from "node:http";

/** Bytes of the largest body: four texts of what a claim map may have at most. */
const MOST_BYTES = 1024 * 1024;

/** The text of a request's body; null where it is too large, and then the rest of it is not read. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
