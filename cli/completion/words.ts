import type { Command } from "../command.ts";

/** What may follow: words out of a list, a file, or text that only the user knows. */
export type Values = { readonly of: "words"; readonly words: readonly string[] } | { readonly of: "files" | "text" };

export type FlagWord = {
  readonly name: string;
  readonly description: string;
  /** What its value may be; null where it takes none. */
  readonly values: Values | null;
  readonly isRepeatable: boolean;
};

/** A command as completion sees it; the scripts of all shells are made from these and nothing else. */
export type CommandWords = {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly FlagWord[];
  /** What its positionals may be; null where it has none. */
  readonly positional: Values | null;
  /** Whether it takes any number of positionals. */
  readonly takesMany: boolean;
};

const HELP: FlagWord = { name: "help", description: "usage, options, examples", values: null, isRepeatable: false };

/** Reads the words to complete out of a command's definition. */
export function wordsOf({ name, description, args, repeatable = [], offers = {} }: Command): CommandWords {
  const entries = Object.entries(args);
  const [positional] = entries.find(([, { type }]) => type === "positional") ?? [];
  const offered = (argument: string): Values | undefined => {
    const words = Object.hasOwn(offers, argument) ? offers[argument] : undefined;
    return words && { of: "words", words };
  };
  const flags = entries.flatMap(([flag, definition]): readonly FlagWord[] => {
    const { type, description: about = "", valueHint } = definition;
    if (type === "positional") return [];
    const values: Values | null =
      type === "boolean"
        ? null
        : type === "enum"
          ? { of: "words", words: definition.options ?? [] }
          : (offered(flag) ?? { of: valueHint === "FILE" || valueHint === "FOLDER" ? "files" : "text" });
    return [{ name: flag, description: about, values, isRepeatable: repeatable.includes(flag) }];
  });
  return {
    name,
    description,
    flags: [...flags, HELP],
    positional: positional === undefined ? null : (offered(positional) ?? { of: "files" }),
    takesMany: positional !== undefined && repeatable.includes(positional),
  };
}
