import type { Plan } from "../claims/plan.ts";
import { claimTypes } from "../claims/reports/claim-types.ts";
import { closeName } from "../claims/shape/close-name.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { printOrWrite } from "./files.ts";
import { CliError, EXIT } from "./io.ts";

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
      "for an API: `auth.claims as AccessClaims`, `auth.sealed as Sealed`",
    ],
    ["claimseal types map.claims.yaml --out src/claims.gen.ts", "for a client: `IdClaims` of the ID token"],
  ],
  run: async (given, io) => {
    const plan = await compileFile(given.text("map") ?? "", io);
    const server = given.text("resource-server");
    if (server !== undefined) requireServer(plan, server);
    await printOrWrite(claimTypes(plan, server), given.text("out"), io);
    return EXIT.ok;
  },
};

function requireServer({ name, resourceServers }: Plan, server: string): void {
  if (Object.hasOwn(resourceServers, server)) return;
  const names = Object.keys(resourceServers);
  const close = closeName(server, names);
  const meant =
    close !== undefined
      ? `did you mean ${close}?`
      : names.length === 0
        ? "it has none"
        : `there are: ${names.join(", ")}`;
  throw new CliError(EXIT.usage, `${name} has no resource server "${server}"; ${meant}`);
}
