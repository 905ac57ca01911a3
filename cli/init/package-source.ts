import { fileURLToPath } from "node:url";
import { CliError, EXIT, type Io } from "../io.ts";

/** This package's folder, seen from `cli/init/` and from `dist/cli/init/`. */
const PACKAGE = new URL(import.meta.url.endsWith(".ts") ? "../../" : "../../../", import.meta.url);

/**
 * A file of this package, as text.
 *
 * @throws {CliError} exit 3 where the installation lacks it.
 */
export async function packageText(path: string, io: Io): Promise<string> {
  try {
    return await io.readFile(fileURLToPath(new URL(path, PACKAGE)));
  } catch {
    throw new CliError(EXIT.environment, `${path} of the package claimseal is not there; install it anew`);
  }
}

/** The versions that this package was tried with, by the names of packages. */
export async function triedVersions(
  io: Io,
): Promise<Readonly<Record<"claimseal" | "dynalite" | "jose" | "osls", string>>> {
  const own = JSON.parse(await packageText("package.json", io)) as {
    readonly version: string;
    readonly peerDependencies: Readonly<Record<"dynalite" | "jose", string>>;
    readonly devDependencies: Readonly<Record<"osls", string>>;
  };
  const { dynalite, jose } = own.peerDependencies;
  return { claimseal: own.version, dynalite, jose, osls: own.devDependencies.osls };
}
