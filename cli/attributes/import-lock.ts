import { AttributesError } from "../../attributes/attributes-error.ts";
import type { LetGo } from "../hold-file.ts";
import { CliError, EXIT, type Io } from "../io.ts";

/**
 * Holds the lock of an import's state, and gives what lets it go: two imports that go on from one state would each take
 * the other's batches for its own.
 *
 * @throws {AttributesError} `IMPORT_RUNNING` where another one has the lock.
 * @throws {CliError} exit 3 where it cannot be made.
 */
export async function holdImport(lock: string, io: Io): Promise<LetGo> {
  const letGo = await io.hold(lock).catch(() => {
    throw new CliError(EXIT.environment, `${lock}: it cannot be written`);
  });
  if (letGo !== null) return letGo;
  const remedy = "where none is, on no machine, remove it";
  throw new AttributesError("IMPORT_RUNNING", `${lock}: another import of this file is under way; ${remedy}`);
}
