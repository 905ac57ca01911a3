import { build } from "./build.ts";
import { check } from "./check.ts";
import { type Command, exampleLines, given, help } from "./command.ts";
import { dev } from "./dev.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { preview } from "./preview.ts";

const COMMANDS: readonly Command[] = [check, preview, build, dev];

/** Runs one command line and returns its exit code. Speaks, reads and writes through `io`; `dev` also starts servers. */
export async function run(argv: readonly string[], version: string, io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-v") {
    io.print(version);
    return EXIT.ok;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const asked = COMMANDS.find((command) => command.name === rest[0]);
    io.print(asked ? await help(asked, io.colour) : overview(version));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) {
    io.say(`claimseal: unknown command "${name}"; there are: ${COMMANDS.map((each) => each.name).join(", ")}`);
    return EXIT.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    io.print(await help(command, io.colour));
    return EXIT.ok;
  }
  try {
    return await command.run(given(command, rest), io);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.say(`claimseal ${name}: ${error.message}`);
    if (error.exit === EXIT.usage) io.say(`try: claimseal ${name} --help`);
    return error.exit;
  }
}

function overview(version: string): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    `claimseal ${version}: the right claims in Amazon Cognito access tokens, personal ones sealed for the services you name`,
    "",
    "USAGE  claimseal COMMAND [OPTIONS]",
    "",
    ...COMMANDS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`),
    "",
    "EXAMPLES",
    "",
    exampleLines(COMMANDS.flatMap(({ examples }) => examples.slice(0, 1))),
    "",
    "Exit codes: 0 ok, 1 findings, 2 usage, 3 environment, 4 refused by AWS, 5 unsafe",
  ].join("\n");
}
