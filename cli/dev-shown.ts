import { demonstrate, type Shown } from "../local/demonstration.ts";
import type { Stack } from "../local/stack.ts";
import type { Io } from "./io.ts";
import { claimLines } from "./preview.ts";

/** Shows every grant; true when one of them was refused. */
export async function show(stack: Stack, io: Io): Promise<boolean> {
  let denied = false;
  for await (const shown of demonstrate(stack)) {
    io.print(`${section(shown)}\n`);
    denied ||= shown.denied !== null;
  }
  return denied;
}

/** What Cognito puts into every token and nobody wants to read twice. */
const ALWAYS = new Set([
  "auth_time",
  "event_id",
  "exp",
  "iat",
  "iss",
  "jti",
  "origin_jti",
  "token_use",
  "version",
  "aud",
]);

function section({ title, denied, idToken, accessToken, bytes, openings }: Shown): string {
  if (denied !== null) return `${title}\n  refused: ${denied}`;
  const shortened = (claims: Shown["accessToken"]): string[] =>
    claimLines(Object.fromEntries(Object.entries(claims ?? {}).filter(([name]) => !ALWAYS.has(name)))).map(
      (line) => `  ${line}`,
    );
  return [
    title,
    ...(idToken ? ["  ID token, for the client's own interface", ...shortened(idToken)] : []),
    `  access token, for the APIs (${bytes} bytes)`,
    ...shortened(accessToken),
    ...openings.flatMap(({ resourceServer, opened, refused }) => {
      if (opened === null) return [`  ${resourceServer} refuses it: ${refused}`];
      const lines = claimLines(opened);
      return lines.length === 0
        ? [`  ${resourceServer} takes it; nothing is sealed for it`]
        : [`  ${resourceServer} opens`, ...lines.map((line) => `  ${line}`)];
    }),
  ].join("\n");
}

/** What runs, who can sign in, and how to end it. */
export function ready({ urls, pool, people, clients }: Stack, playground: string | null): string {
  const clientId = (name: string): string => clients.find((client) => client.name === name)?.id ?? "";
  return [
    "running, on this machine only:",
    ...Object.entries({ ...urls, issuer: pool.issuer }).map(([name, url]) => `  ${name.padEnd(12)}  ${url}`),
    "",
    "people, for this run:",
    ...people.map(
      ({ attributes, client, password }) =>
        `  ${attributes["email"]}  password ${password}  client ${clientId(client)} (${client})`,
    ),
    "",
    ...(playground === null ? [] : ["playground, to see who reads what:", `  ${playground}`, ""]),
    "stop with Ctrl-C",
  ].join("\n");
}
