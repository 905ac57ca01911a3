import type { Plan } from "../claims/plan.ts";
import { isFields } from "../cognito/own-fields.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Given } from "./command.ts";
import { readJson } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";

/**
 * The plan of the map, or the one in a file, that a command was given by `--map` or `--plan`; null for neither.
 *
 * @throws {CliError} exit 2 for both, and as `compileFile` and `readPlan` do.
 */
export async function planGiven(given: Given, io: Io): Promise<Plan | null> {
  const [map, file] = [given.text("map"), given.text("plan")];
  if (map !== undefined && file !== undefined)
    throw new CliError(EXIT.usage, "--map and --plan: one of them is enough");
  if (map !== undefined) return compileFile(map, io);
  return file === undefined ? null : readPlan(file, io);
}

/**
 * A plan as `claimseal build` wrote it.
 *
 * @throws {CliError} exit 3 naming the file.
 */
async function readPlan(file: string, io: Io): Promise<Plan> {
  const read = (await readJson(file, io)) as Partial<Plan> | null;
  if (read?.v === 1 && Array.isArray(read.profiles) && isFields(read.sources) && isFields(read.resourceServers)) {
    return read as Plan;
  }
  throw new CliError(EXIT.environment, `${file}: that is no plan of claimseal build`);
}
