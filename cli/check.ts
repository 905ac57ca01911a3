import { checkFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { exitCode, report } from "./findings.ts";

/** `claimseal check MAP`: every problem of a claim map at once. */
export const check: Command = {
  name: "check",
  description: "Checks a claim map: shape, names, types, privacy, trust, size",
  args: {
    map: { type: "positional", description: "the claim map, NAME.claims.yaml or NAME.claims.json" },
    format: { type: "enum", options: ["text", "json"], default: "text", description: "how findings are printed" },
    strict: { type: "boolean", description: "warnings are errors" },
  },
  examples: [
    ["claimseal check mappings/clinic-eu.claims.yaml", "every problem, its place, and what to write instead"],
    ["claimseal check map.claims.yaml --strict", "warnings count as errors: for CI"],
    ["claimseal check map.claims.yaml --format json", "findings as JSON on standard output"],
  ],
  run: async (given, io) => {
    const path = given.text("map") ?? "";
    const { ok, findings } = await checkFile(path, given.flag("strict"), io);
    io.print(given.text("format") === "json" ? JSON.stringify({ ok, findings }, null, 2) : report(path, findings));
    return exitCode(findings);
  },
};
