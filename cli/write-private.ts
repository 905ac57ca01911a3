import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file that nobody but this user can read, whatever mode one had that stood there, and the folders on the way to
 * it. A terminal or a pipe has no mode to change.
 *
 * Rejects with Node's own coded errors.
 */
export async function writePrivate(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w", 0o600);
  try {
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await file.writeFile(contents);
  } finally {
    await file.close();
  }
}
