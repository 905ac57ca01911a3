import type { Command } from "./command.ts";
import { bashScript } from "./completion/bash.ts";
import { fishScript } from "./completion/fish.ts";
import { type CommandWords, wordsOf } from "./completion/words.ts";
import { zshScript } from "./completion/zsh.ts";
import { CliError, EXIT } from "./io.ts";

const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `claimseal completion SHELL`: a script that completes commands, flags, their values and file names. */
export const completion: Command = {
  name: "completion",
  description: "Prints a completion script for bash, zsh or fish",
  args: { shell: { type: "positional", description: Object.keys(SHELLS).join(", ") } },
  offers: { shell: Object.keys(SHELLS) },
  examples: [
    ["source <(claimseal completion bash)", "in ~/.bashrc; with zsh in ~/.zshrc, after compinit"],
    ["claimseal completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  run: async (given, io, { commands }) => {
    const shell = given.text("shell") ?? "";
    const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
    if (script === undefined) throw new CliError(EXIT.usage, `SHELL is one of ${Object.keys(SHELLS).join(", ")}`);
    io.print(script((await commands()).map(wordsOf)));
    return EXIT.ok;
  },
};
