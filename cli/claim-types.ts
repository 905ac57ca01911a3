import { claimTypes } from "../claims/reports/claim-types.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { printOrWrite } from "./files.ts";
import { EXIT } from "./io.ts";
import { requireName } from "./require-name.ts";

/** `claimseal types MAP`: what tokens hold, for the code that reads them. */
export const types: Command = {
  name: "types",
  description: "Writes TypeScript types of what tokens hold, for clients and for APIs",
  args: {
    map: { type: "positional", description: "the claim map; - is standard input" },
    "resource-server": {
      type: "string",
      valueHint: "NAME",
      description: "for this API alone: its scopes, clear claims, and what it opens",
    },
    out: { type: "string", valueHint: "FILE", description: "where to write; without it, standard output" },
  },
  examples: [
    [
      "claimseal types map.claims.yaml --resource-server care-api --out src/claims.gen.ts",
      "for an API: `createOpener<AccessClaims, SealedClaims>(...)`",
    ],
    ["claimseal types map.claims.yaml --out src/claims.gen.ts", "for a client: `IdClaims` of the ID token"],
  ],
  run: async (given, io) => {
    const plan = await compileFile(given.text("map") ?? "", io);
    const server = given.text("resource-server");
    if (server !== undefined) requireName("resource server", server, Object.keys(plan.resourceServers));
    await printOrWrite(claimTypes(plan, server), given.text("out"), io);
    return EXIT.ok;
  },
};
