import { closeName } from "../claims/shape/close-name.ts";
import { type Command, exampleLines, given, help } from "./command.ts";
import { allCommands, COMMANDS } from "./commands.ts";
import { visible } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { sayNext } from "./next.ts";

/** Runs one command line and returns its exit code. Speaks, reads and writes through `io`; `dev` also starts servers. */
export async function run(argv: readonly string[], version: string, io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-v") {
    io.print(version);
    return EXIT.ok;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const asked = await commandNamed(rest[0]);
    io.print(asked ? await help(asked, io.colour) : overview(await allCommands(), version));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = await commandNamed(name);
  if (command === undefined) {
    io.say(unknownCommand(name));
    return EXIT.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    io.print(await help(command, io.colour));
    return EXIT.ok;
  }
  try {
    const read = given(command, rest);
    const exit = await command.run(read, io, { version, commands: allCommands });
    const next = read.flag("json") ? null : await command.next?.(read, exit);
    if (next) sayNext(next, io);
    return exit;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.say(`claimseal ${name}: ${visible(error.message)}`);
    if (error.exit === EXIT.usage) io.say(`try: claimseal ${name} --help`);
    return error.exit;
  }
}

async function commandNamed(name: string | undefined): Promise<Command | undefined> {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.() : undefined;
}

function unknownCommand(name: string): string {
  const names = Object.keys(COMMANDS);
  const close = closeName(name, names);
  const hint = close === undefined ? `there are: ${names.join(", ")}` : `did you mean ${close}?`;
  return `claimseal: unknown command "${visible(name)}"; ${hint}`;
}

function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `claimseal ${version}: the right claims in Amazon Cognito access tokens, personal ones sealed for the services you name`,
    "",
    "USAGE  claimseal COMMAND [OPTIONS]",
    "",
    ...commands.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`),
    "",
    "EXAMPLES",
    "",
    exampleLines(commands.flatMap(({ examples }) => examples.slice(0, 1))),
    "",
    "Exit codes: 0 ok, 1 findings, 2 usage, 3 environment, 4 refused by AWS, 5 unsafe",
  ].join("\n");
}
