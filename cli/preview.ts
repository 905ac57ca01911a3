import { ClaimsError } from "../claims/claims-error.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { TableRows } from "../local/dynamodb.ts";
import { type Preview, previewToken } from "../local/preview.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { readJson } from "./files.ts";
import { CliError, EXIT } from "./io.ts";

/** `claimseal preview MAP`: the tokens one event would give, and what each resource server opens. */
export const preview: Command = {
  name: "preview",
  description: "Shows the tokens an event would give, as issued and as each resource server opens them",
  args: {
    map: { type: "positional", description: "the claim map" },
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
    json: { type: "boolean", description: "everything as JSON on standard output" },
  },
  repeatable: ["env"],
  examples: [
    [
      "claimseal preview map.claims.yaml --event event.json --tables tables.json --env STAFF_TABLE=staff",
      "the tokens for this event",
    ],
    ["claimseal preview map.claims.yaml --event event.json --json", "the same as JSON, with the raw response"],
  ],
  run: async (given, io) => {
    const eventFile = given.text("event");
    if (eventFile === undefined) throw new CliError(EXIT.usage, "--event FILE is missing");
    const plan = await compileFile(given.text("map") ?? "", io);
    const tablesFile = given.text("tables");
    const result = await previewed({
      plan,
      event: await readJson(eventFile, io),
      tables: tablesFile === undefined ? {} : tableRows(tablesFile, await readJson(tablesFile, io)),
      environment: { ...io.environment, ...assignments(given.each("env")) },
    });
    io.print(given.flag("json") ? JSON.stringify(result, null, 2) : shown(result));
    return result.ok ? EXIT.ok : EXIT.findings;
  },
  next: (given) => {
    const flags = ["event", "tables"].flatMap((name) => {
      const file = given.text(name);
      return file === undefined ? [] : [`--${name}`, file];
    });
    const environment = given.each("env").flatMap((each) => ["--env", each]);
    return ["claimseal", "explain", given.text("map") ?? "", "CLAIM", ...flags, ...environment];
  },
};

async function previewed(input: Parameters<typeof previewToken>[0]): Promise<Preview> {
  try {
    return await previewToken(input);
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    const hint = error.code === "ENV_MISSING" ? "; give each with --env NAME=VALUE" : "";
    throw new CliError(EXIT.environment, `${error.message}${hint}`);
  }
}

/** `NAME=VALUE` pairs of a flag, as an environment. */
export function assignments(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CliError(EXIT.usage, "--env takes NAME=VALUE");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Tables as a file holds them: `{ "<table name>": [ { row }, ... ] }`. */
export function tableRows(path: string, read: unknown): TableRows {
  const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  const fits =
    isObject(read) && Object.values(read as object).every((rows) => Array.isArray(rows) && rows.every(isObject));
  if (!fits) throw new CliError(EXIT.environment, `${path}: expected rows by table name, { "table": [ { ... } ] }`);
  return read as TableRows;
}

/** A preview for people. */
export function shown({ denied, idToken, accessToken, opened, dropped }: Preview): string {
  if (denied) {
    return [
      `refused: ${denied.code}`,
      `  people see:  ${denied.message}`,
      ...(denied.detail ? [`  because:     ${denied.detail}`] : []),
    ].join("\n");
  }
  return [
    ...(idToken ? [`ID token, for the client (${idToken.bytes} bytes)`, ...claimLines(idToken.claims), ""] : []),
    ...(accessToken
      ? [`access token, for the APIs (${accessToken.bytes} bytes)`, ...claimLines(accessToken.claims), ""]
      : []),
    ...Object.entries(opened).flatMap(([server, claims]) => [`${server} opens`, ...claimLines(claims), ""]),
    ...dropped.map(({ token, name, reason }) => `dropped by Cognito: ${name} (${token} token): ${reason}`),
  ]
    .join("\n")
    .trimEnd();
}

/** One claim a line; an envelope as its size. */
export function claimLines(claims: { readonly [name: string]: JsonValue }): string[] {
  const width = Math.max(0, ...Object.keys(claims).map((name) => name.length));
  return Object.entries(claims).map(([name, value]) => {
    const text =
      name.startsWith("sealed_") && typeof value === "string"
        ? `[sealed, ${value.length} bytes]`
        : JSON.stringify(value);
    return `  ${name.padEnd(width)}  ${text}`;
  });
}
