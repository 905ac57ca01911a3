import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { inspectionReport } from "./formats/inspection.ts";
import { visibleJson } from "./formats/visible.ts";
import { EXIT } from "./io.ts";
import { inspectToken } from "./tokens/inspect-token.ts";
import { decodeToken, readToken } from "./tokens/read-token.ts";

/** `claimseal inspect`: what a token shows to whoever holds it. */
export const inspect: Command = {
  name: "inspect",
  description: "Shows what is in a token: who wrote each claim, its bytes and class, what an envelope's outside tells",
  args: {
    token: {
      type: "positional",
      required: false,
      description: "a file with the token; standard input without it, so that no shell remembers the token",
    },
    map: { type: "string", valueHint: "MAP", description: "a claim map, for classes and for what envelopes hold" },
    reveal: { type: "boolean", description: "shows the values of clear claims; envelopes stay closed" },
    json: { type: "boolean", description: "everything as JSON on standard output" },
  },
  examples: [
    ["claimseal inspect token.txt", "claims, sizes and what looks personal; values masked"],
    ["pbpaste | claimseal inspect --map map.claims.yaml", "the clipboard's token, with the classes of the map"],
  ],
  run: async (given, io) => {
    const map = given.text("map");
    const plan = map === undefined ? null : await compileFile(map, io);
    const inspection = inspectToken(decodeToken(await readToken(given.text("token"), io)), plan, given.flag("reveal"));
    io.print(given.flag("json") ? visibleJson(inspection) : inspectionReport(inspection));
    return inspection.findings.some(({ level }) => level === "warning") ? EXIT.findings : EXIT.ok;
  },
};
