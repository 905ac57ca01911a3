import { parseArgs, stripVTControlCharacters } from "node:util";
import { type ArgDef, type ArgsDef, defineCommand, renderUsage } from "citty";
import { CliError, EXIT, type Io } from "./io.ts";
import type { Typed } from "./next.ts";

/** What a command was given: flags by name, positionals by name, repeatable flags as lists. */
export type Given = {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  /** Every value of a flag or positional that may be repeated. */
  readonly each: (name: string) => readonly string[];
};

/** What a command may know of the program it is a part of. */
export type Program = {
  readonly version: string;
  /** Every command, in the order of the overview. */
  readonly commands: () => Promise<readonly Command[]>;
};

export type Command = {
  readonly name: string;
  readonly description: string;
  readonly args: ArgsDef;
  /** Flags that may be given more than once, and the last positional where it may. */
  readonly repeatable?: readonly string[];
  /** What completion offers for an argument: a positional, or a flag that is no enum. Others are offered files. */
  readonly offers?: Readonly<Record<string, readonly string[]>>;
  /** Shown under the options: what to type, and what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly run: (given: Given, io: Io, program: Program) => Promise<number>;
  /** What one would type next after it ended with `exit`, where that is clear; never said beside `--json`. */
  readonly next?: (given: Given, exit: number) => Typed | null | Promise<Typed>;
};

/**
 * Reads a command's arguments.
 *
 * @throws {CliError} exit 2 for an unknown flag, a value outside its list, a missing or superfluous argument.
 */
export function given(command: Command, argv: readonly string[]): Given {
  const entries = Object.entries(command.args);
  const positionals = entries.filter(([, { type }]) => type === "positional").map(([name]) => name);
  const flags = entries.filter(([, { type }]) => type !== "positional");
  const { values, rest } = parse(argv, flags, command.repeatable ?? []);
  for (const [name, definition] of flags) {
    values[name] = values[name] ?? definition.default;
    const allowed = definition.type === "enum" ? definition.options : undefined;
    if (values[name] !== undefined && allowed?.every((each) => each !== values[name])) {
      throw new CliError(EXIT.usage, `--${name} is one of ${allowed.join(", ")}`);
    }
  }
  const last = positionals.at(-1);
  const takesMany = last !== undefined && command.repeatable?.includes(last) === true;
  for (const [index, name] of positionals.entries()) {
    const many = rest.slice(index);
    values[name] = takesMany && name === last && many.length > 0 ? many : many[0];
  }
  const missing = positionals.find((name) => values[name] === undefined && command.args[name]?.required !== false);
  if (missing) throw new CliError(EXIT.usage, `${missing.toUpperCase()} is missing`);
  if (rest.length > positionals.length && !takesMany) throw new CliError(EXIT.usage, "there is one argument too many");
  return {
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    flag: (name) => values[name] === true,
    each: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
  };
}

/** Node's own parser, strict: citty's lets unknown flags through, and a misspelt `--strict` must not pass for one. */
function parse(
  argv: readonly string[],
  flags: readonly (readonly [string, ArgDef])[],
  repeatable: readonly string[],
): { readonly values: Record<string, unknown>; readonly rest: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        flags.map(([name, { type }]) => [
          name,
          {
            type: type === "boolean" ? ("boolean" as const) : ("string" as const),
            multiple: repeatable.includes(name),
          },
        ]),
      ),
      allowPositionals: true,
    });
    return { values: { ...values }, rest: positionals };
  } catch (error) {
    // "Unknown option '--strickt'. To specify a positional argument ...": its first sentence says it all.
    throw new CliError(EXIT.usage, (error as Error).message.split(". ")[0] ?? "arguments cannot be read");
  }
}

/** A command's help: usage, options, then examples. */
export async function help(command: Command, colour: boolean): Promise<string> {
  const usage = await renderUsage(
    defineCommand({
      meta: { name: `claimseal ${command.name}`, description: command.description },
      args: command.args,
    }),
  );
  const text = `${usage.trimEnd()}\n\nEXAMPLES\n\n${exampleLines(command.examples)}`;
  return colour ? text : stripVTControlCharacters(text);
}

/** Two columns: what to type, and what it does. */
export function exampleLines(examples: Command["examples"]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`).join("\n");
}
