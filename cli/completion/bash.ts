import type { CommandWords, Values } from "./words.ts";

/** A completion script for bash, 3.2 (as macOS has it) and newer, without the bash-completion package. */
export function bashScript(commands: readonly CommandWords[]): string {
  return `# bash completion for claimseal; load it with: source <(claimseal completion bash)
_claimseal_words() {
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_claimseal_files() {
  # compopt, where bash has it, lets readline quote names and mark folders.
  compopt -o default 2>/dev/null && return
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$cur"))
}
_claimseal() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # "--flag=value" is three words to bash.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD == 1)); then
    _claimseal_words "${[...commands.map(({ name }) => name), "help", "--help", "--version"].join(" ")}"
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap(flagCases).join("\n")}
  esac
  case "\${COMP_WORDS[1]} $cur" in
${commands.flatMap(wordCases).join("\n")}
    "help "*) ((COMP_CWORD == 2)) && _claimseal_words "${commands.map(({ name }) => name).join(" ")}" ;;
  esac
}
complete -F _claimseal claimseal`;
}

/** After a flag that takes a value. */
function flagCases({ name, flags }: CommandWords): readonly string[] {
  return flags.flatMap((flag) =>
    flag.values === null ? [] : [`    "${name} --${flag.name}") ${action(flag.values)}; return ;;`],
  );
}

/** Elsewhere: a flag where one is begun, a positional otherwise. */
function wordCases({ name, flags, positional }: CommandWords): readonly string[] {
  return [
    `    "${name} -"*) _claimseal_words "${flags.map((flag) => `--${flag.name}`).join(" ")}" ;;`,
    ...(positional === null ? [] : [`    "${name} "*) ${action(positional)} ;;`]),
  ];
}

function action(values: Values): string {
  if (values.of === "words") return `_claimseal_words "${values.words.join(" ")}"`;
  return values.of === "files" ? "_claimseal_files" : ":";
}
