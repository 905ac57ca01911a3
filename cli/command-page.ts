import type { ArgDef } from "citty";
import type { Command } from "./command.ts";

/** The reference page's part that is made from the commands' own definitions. */
export function commandPage(commands: readonly Command[]): string {
  return commands.map(section).join("\n\n");
}

function section(command: Command): string {
  const { name, description, args, examples } = command;
  const rows = Object.entries(args).map(([argument, definition]) => row(command, argument, definition));
  return [
    `## ${name}`,
    `${description}.`,
    `\`\`\`sh\n${usage(command)}\n\`\`\``,
    ["| argument or option | | default |", "|---|---|---|", ...rows].join("\n"),
    ["```sh", ...examples.flatMap(([typed, meaning]) => [`# ${meaning}`, typed]), "```"].join("\n"),
  ].join("\n\n");
}

function usage({ name, args, repeatable = [] }: Command): string {
  const positionals = Object.entries(args)
    .filter(([, { type }]) => type === "positional")
    .map(([argument, { required }]) => {
      const written = `${argument.toUpperCase()}${repeatable.includes(argument) ? "..." : ""}`;
      return required === false ? `[${written}]` : written;
    });
  return ["claimseal", name, ...positionals, "[OPTIONS]"].join(" ");
}

function row({ repeatable = [] }: Command, argument: string, definition: ArgDef): string {
  const { type, description = "", valueHint } = definition;
  const value =
    type === "positional" || type === "boolean"
      ? ""
      : ` ${type === "enum" ? (definition.options ?? []).join("|") : (valueHint ?? "TEXT")}`;
  const written = type === "positional" ? argument.toUpperCase() : `--${argument}${value}`;
  const about = `${description}${repeatable.includes(argument) && !description.includes("repeated") ? "; may be repeated" : ""}`;
  const preset = definition.default === undefined ? "" : `\`${String(definition.default)}\``;
  return `| ${cell(`\`${written}\``)} | ${cell(about)} | ${cell(preset)} |`;
}

/** `|` would end a cell, in code too. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
