import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const OPTIONS = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  isolatedModules: true,
  module: "nodenext",
  target: "es2023",
  lib: ["es2023"],
  types: ["node"],
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

/** What the installed TypeScript says of these files, under every strictness; nothing, if they compile. */
export function typeErrors(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "claimseal-types-"));
  try {
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: OPTIONS, files: Object.keys(files) }),
    );
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    execFileSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return (error as { readonly stdout?: string }).stdout ?? String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
