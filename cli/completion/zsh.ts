import type { CommandWords, FlagWord, Values } from "./words.ts";

/** A completion script for zsh: sourced, or as a file `_claimseal` in a folder of `fpath`. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef claimseal
# zsh completion for claimseal; load it with: source <(claimseal completion zsh)
_claimseal() {
  local -a commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join("\n")}
    'help:usage of a command'
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${commands.map(branch).join("\n")}
    help) _describe -t commands command commands ;;
  esac
}
if [[ $funcstack[1] == _claimseal ]]; then
  _claimseal "$@"
else
  compdef _claimseal claimseal
fi`;
}

function branch({ name, flags, positional, takesMany }: CommandWords): string {
  const specifications = [
    ...flags.map(flagSpecification),
    ...(positional === null ? [] : [quoted(`${takesMany ? "*" : "1"}: :${action(positional)}`)]),
  ];
  return `    ${name})\n      _arguments \\\n        ${specifications.join(" \\\n        ")}\n      ;;`;
}

function flagSpecification({ name, description, values, isRepeatable }: FlagWord): string {
  const about = description.replaceAll(/[[\]:\\]/g, "\\$&");
  const value = values === null ? "" : `:${name}:${action(values)}`;
  return quoted(`${isRepeatable ? "*" : ""}--${name}${values === null ? "" : "="}[${about}]${value}`);
}

function action(values: Values): string {
  if (values.of === "words") return `(${values.words.join(" ")})`;
  return values.of === "files" ? "_files" : " ";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
