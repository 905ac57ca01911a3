import type { CommandWords, FlagWord, Values } from "./words.ts";

/** A completion script for fish. */
export function fishScript(commands: readonly CommandWords[]): string {
  return [
    "# fish completion for claimseal; load it with: claimseal completion fish | source",
    "complete -c claimseal -f",
    "complete -c claimseal -n __fish_use_subcommand -l help -d 'usage, commands, examples'",
    "complete -c claimseal -n __fish_use_subcommand -l version -d 'the version'",
    ...commands.map(
      ({ name, description }) =>
        `complete -c claimseal -n __fish_use_subcommand -a ${name} -d ${quoted(shortened(description))}`,
    ),
    "complete -c claimseal -n __fish_use_subcommand -a help -d 'usage of a command'",
    `complete -c claimseal -n '__fish_seen_subcommand_from help' -a ${quoted(commands.map(({ name }) => name).join(" "))}`,
    ...commands.flatMap(({ name, flags, positional }) => {
      const inside = `complete -c claimseal -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...flags.map((flag) => `${inside} ${option(flag)}`),
        ...(positional === null || positional.of === "text" ? [] : [`${inside} ${positionalWords(positional)}`]),
      ];
    }),
  ].join("\n");
}

function option({ name, description, values }: FlagWord): string {
  const value = values === null ? "" : values.of === "files" ? " -r -F" : ` -x${wordList(values)}`;
  return `-l ${name}${value} -d ${quoted(shortened(description))}`;
}

function positionalWords(values: Values): string {
  return values.of === "words" ? `-f${wordList(values)}` : "-F";
}

function wordList(values: Values): string {
  return values.of === "words" ? ` -a ${quoted(values.words.join(" "))}` : "";
}

/** What fish has room for beside a word. */
function shortened(description: string): string {
  return description.length > 72 ? `${description.slice(0, 69)}...` : description;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
