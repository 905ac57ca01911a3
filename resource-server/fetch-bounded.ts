/** The service that starts while the pool's keys are out of reach knows within 3 s: there are two tries. */
const TRY_MS = 1_400;

/**
 * Fetches a document, and once more where the first try ends without an answer. Reads no more than `maxBytes` of it,
 * follows no redirect, and takes no status but 200.
 *
 * `aws-jwt-verify` has a fetcher too, which holds all of an answer before anybody can look at its length.
 */
export async function fetchBounded(uri: string, maxBytes: number): Promise<ArrayBuffer> {
  const signal = (): AbortSignal => AbortSignal.timeout(TRY_MS);
  try {
    return await fetchOnce(uri, maxBytes, signal());
  } catch (error) {
    if (error instanceof Unacceptable) throw error;
    return fetchOnce(uri, maxBytes, signal());
  }
}

/** There is an answer, and it will be no better for asking again. */
class Unacceptable extends Error {
  override readonly name = "Unacceptable";
}

async function fetchOnce(uri: string, maxBytes: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const { status, body } = await fetch(uri, { redirect: "manual", signal });
  if (status !== 200 || body === null) {
    await body?.cancel();
    throw new Unacceptable(`status ${status}`);
  }
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  // Leaving the loop by an error ends the connection too.
  for await (const piece of body) {
    if (length + piece.length > maxBytes) throw new Unacceptable("too long");
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.buffer.slice(0, length);
}
