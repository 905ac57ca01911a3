import { claimCatalogue } from "../claims/reports/claim-catalogue.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { printOrWrite } from "./files.ts";
import { EXIT } from "./io.ts";

/** `claimseal docs MAP`: the claim catalogue. */
export const docs: Command = {
  name: "docs",
  description: "Writes the claim catalogue: which data go to whom and why, reader by reader, in Markdown",
  args: {
    map: { type: "positional", description: "the claim map; - is standard input" },
    out: { type: "string", valueHint: "FILE", description: "where to write; without it, standard output" },
  },
  examples: [
    ["claimseal docs map.claims.yaml --out docs/claims.md", "for reviewers and privacy officers, beside the map"],
    ["claimseal docs map.claims.yaml | less", "to read it now"],
  ],
  run: async (given, io) => {
    const plan = await compileFile(given.text("map") ?? "", io);
    await printOrWrite(claimCatalogue(plan), given.text("out"), io);
    return EXIT.ok;
  },
};
