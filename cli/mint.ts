import type { Plan } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";
import { FLAWS, type Flaw } from "../local/testing/flaws.ts";
import { placeClaims } from "../local/testing/plan-names.ts";
import { newTestIssuer, readTestIssuer, type TestIssuer } from "../local/testing/test-issuer.ts";
import { testKit } from "../local/testing/test-kit.ts";
import type { TestToken } from "../local/testing/test-token.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { readJson } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";

/** `claimseal mint MAP`: a token to try a service with. */
export const mint: Command = {
  name: "mint",
  description: "Makes a test token with the map's claims; only openers of claimseal/testing take it",
  args: {
    map: { type: "positional", description: "the claim map" },
    client: { type: "string", valueHint: "ID", description: "the app client's id" },
    sub: { type: "string", valueHint: "SUB", description: "the person; without it a made-up one" },
    scope: {
      type: "string",
      valueHint: "SCOPE",
      description: "a scope; may be repeated; every scope of the map without it",
    },
    claims: {
      type: "string",
      valueHint: "JSON",
      description: "claims by name, or a file of them; each goes where the map puts it, clear or sealed",
    },
    machine: { type: "boolean", description: "a token by client credentials" },
    "expires-in": { type: "string", valueHint: "SECONDS", description: "3600 without it" },
    flaw: {
      type: "string",
      valueHint: "FLAW",
      description: `makes the token bad in exactly this way: ${Object.keys(FLAWS).join(", ")}`,
    },
    issuer: {
      type: "string",
      valueHint: "FILE",
      default: "test-issuer.json",
      description: "the test keys, made where they are not there",
    },
  },
  repeatable: ["scope"],
  offers: { flaw: Object.keys(FLAWS) },
  examples: [
    [
      `claimseal mint map.claims.yaml --client web1 --claims '{"clinic_id":"c42"}' > token.txt`,
      "a token, and the keys it is made with in test-issuer.json",
    ],
    ["claimseal mint map.claims.yaml --client web1 --flaw expired", "a token that every service must refuse"],
  ],
  run: async (given, io) => {
    const plan = await compileFile(given.text("map") ?? "", io);
    if (given.text("client") === undefined) throw new CliError(EXIT.usage, "--client ID is missing");
    const file = given.text("issuer") ?? "";
    const token = await asUsage(async () => tokenOf(given, plan, await claimsOf(given.text("claims"), io)));
    const issuer = await issuerIn(file, io);
    const text = await asUsage(async () => (await testKit({ plan, issuer })).mint(token));
    io.say(
      `TEST TOKEN: signed with the key in ${file}, which no user pool has. Services take it where their opener is`,
    );
    io.say("made by claimseal/testing with that file as its issuer, and nowhere else.");
    io.print(text);
    return EXIT.ok;
  },
};

function tokenOf(given: Given, plan: Plan, values: { readonly [claim: string]: JsonValue }): TestToken {
  const [clientId, sub, expiresIn] = [given.text("client"), given.text("sub"), given.text("expires-in")];
  if (expiresIn !== undefined && !/^-?\d{1,9}$/.test(expiresIn))
    throw new TypeError("--expires-in is a number of seconds");
  const flaw = given.text("flaw");
  if (flaw !== undefined && !Object.hasOwn(FLAWS, flaw)) {
    throw new TypeError(`--flaw is one of ${Object.keys(FLAWS).join(", ")}`);
  }
  return {
    ...placeClaims(plan, values),
    ...(clientId !== undefined && { clientId }),
    ...(sub !== undefined && { sub }),
    ...(given.each("scope").length > 0 && { scopes: given.each("scope") }),
    ...(given.flag("machine") && { grant: "client_credentials" as const }),
    ...(expiresIn !== undefined && { expiresIn: Number(expiresIn) }),
    ...(flaw !== undefined && { flaw: flaw as Flaw }),
  };
}

/** Claims as an argument or in a file. What they hold is in no message. */
async function claimsOf(given: string | undefined, io: Io): Promise<{ readonly [claim: string]: JsonValue }> {
  if (given === undefined) return {};
  const read = given.trimStart().startsWith("{") ? parsed(given) : await readJson(given, io);
  if (typeof read === "object" && read !== null && !Array.isArray(read)) return read as { [claim: string]: JsonValue };
  throw new TypeError("--claims is a JSON object of claims by name");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("--claims is not valid JSON");
  }
}

async function issuerIn(file: string, io: Io): Promise<TestIssuer> {
  let read: unknown;
  try {
    read = JSON.parse(await io.readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      throw new CliError(EXIT.environment, `${file}: not valid JSON`);
    const made = newTestIssuer();
    await io.writeFile(file, `${JSON.stringify(made, null, 2)}\n`);
    io.say(`made ${file}: keys for tests`);
    return made;
  }
  try {
    return readTestIssuer(read);
  } catch (error) {
    throw new CliError(EXIT.environment, `${file}: ${(error as Error).message}`);
  }
}

/** What the kit refuses, somebody has typed. */
async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError) throw new CliError(EXIT.usage, error.message);
    throw error;
  }
}
