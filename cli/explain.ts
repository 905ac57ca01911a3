import { bindPlan } from "../claims/bind.ts";
import { ClaimsError } from "../claims/claims-error.ts";
import type { Plan } from "../claims/plan.ts";
import { CognitoError } from "../cognito/cognito-error.ts";
import { type Explanation, explainClaim, profileOf } from "../local/explain.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { readJson } from "./files.ts";
import { explanationReport } from "./formats/explanation.ts";
import { visible, visibleJson } from "./formats/visible.ts";
import { CliError, EXIT } from "./io.ts";
import { assignments, tableRows } from "./preview.ts";
import { requireName } from "./require-name.ts";

/** `claimseal explain MAP CLAIM`: why a claim is what it is for one event. */
export const explain: Command = {
  name: "explain",
  description: "Explains one claim for one event: what it depends on, what its condition came to, who gets it",
  args: {
    map: { type: "positional", description: "the claim map" },
    claim: { type: "positional", description: "the claim's name" },
    event: {
      type: "string",
      valueHint: "FILE",
      description: "a Pre Token Generation event, as Cognito sends it (JSON)",
    },
    tables: {
      type: "string",
      valueHint: "FILE",
      description: "rows by table name (JSON); without it every table is empty",
    },
    env: { type: "string", valueHint: "NAME=VALUE", description: "a value for the map's ${env:NAME}; may be repeated" },
    profile: { type: "string", valueHint: "NAME", description: "this profile, whichever one the event matches" },
    reveal: { type: "boolean", description: "shows open values; those of any other class stay masked" },
    json: { type: "boolean", description: "everything as JSON on standard output" },
  },
  repeatable: ["env"],
  examples: [
    [
      "claimseal explain map.claims.yaml clinic_id --event event.json --tables tables.json",
      "every value it depends on, its condition, and what became of it",
    ],
    [
      "claimseal explain map.claims.yaml clinic_id --event event.json --tables tables.json --reveal",
      "with the values that are open",
    ],
  ],
  run: async (given, io) => {
    const [map, claim] = [given.text("map") ?? "", given.text("claim") ?? ""];
    const [eventFile, tablesFile] = [given.text("event"), given.text("tables")];
    if (eventFile === undefined) throw new CliError(EXIT.usage, "--event FILE is missing");
    const compiled = await compileFile(map, io);
    requireName("claim", claim, [
      ...new Set(compiled.profiles.flatMap(({ claims }) => claims.map(({ name }) => name))),
    ]);
    const event = await readJson(eventFile, io);
    const tables = tablesFile === undefined ? {} : tableRows(tablesFile, await readJson(tablesFile, io));
    const plan = bound(compiled, { ...io.environment, ...assignments(given.each("env")) });
    return withEvent(eventFile, async () => {
      const asked = given.text("profile");
      if (asked !== undefined) {
        requireName(
          "profile",
          asked,
          plan.profiles.map(({ name }) => name),
        );
      }
      const matched = asked === undefined ? profileOf(plan, event) : { profile: asked, none: null };
      if (matched.none) {
        io.print(
          given.flag("json")
            ? visibleJson({ claim, profile: null, refused: matched.none })
            : visible(`this event has no profile: ${matched.none.code}, ${matched.none.detail}`),
        );
        return EXIT.findings;
      }
      const { profile } = matched;
      const explanation = await explainClaim({ plan, claim, profile, event, tables, reveal: given.flag("reveal") });
      if (explanation === null) throw new CliError(EXIT.usage, otherProfile(plan, claim, profile));
      io.print(given.flag("json") ? visibleJson(explanation) : explanationReport(explanation, given.flag("reveal")));
      return exitOf(explanation);
    });
  },
};

function exitOf({ refused }: Explanation): number {
  return refused === null ? EXIT.ok : EXIT.findings;
}

function otherProfile({ profiles }: Plan, claim: string, profile: string): string {
  const having = profiles.filter(({ claims }) => claims.some(({ name }) => name === claim)).map(({ name }) => name);
  return `this event is for profile ${profile}, which has no claim "${claim}"; ask with --profile ${having.join(" or ")}`;
}

function bound(plan: Plan, environment: { readonly [name: string]: string | undefined }): Plan {
  try {
    return bindPlan(plan, environment);
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    const hint = error.code === "ENV_MISSING" ? "; give each with --env NAME=VALUE" : "";
    throw new CliError(EXIT.environment, `${error.message}${hint}`);
  }
}

/** An event that is none is the file's fault. */
async function withEvent(file: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    throw new CliError(EXIT.environment, `${file}: ${error.code}, ${error.message}`);
  }
}
