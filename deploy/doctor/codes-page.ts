import { CODES } from "./codes.ts";
import { exportForm } from "./pool-export.ts";

const FAMILIES: readonly (readonly [prefix: string, title: string])[] = [
  ["DR1", "DR1xx: the pool's trigger"],
  ["DR2", "DR2xx: the function"],
  ["DR3", "DR3xx: who may invoke the function"],
  ["DR4", "DR4xx: people and their attributes"],
  ["DR5", "DR5xx: app clients"],
  ["DR6", "DR6xx: resource servers"],
  ["DR7", "DR7xx: keys"],
  ["DR8", "DR8xx: tables"],
  ["DR9", "DR9xx: what identity providers may put into the pool"],
];

/** The reference page's part that is made from the catalogue: every check, and the form of an export. */
export function doctorCodesPage(): string {
  const families = FAMILIES.map(([prefix, title]) => {
    const entries = Object.entries(CODES).filter(([code]) => code.startsWith(prefix));
    return [
      `## ${title}`,
      ...entries.map(([code, { level, title: what, why, remedy }]) =>
        [`### ${code}`, `**${level.charAt(0).toUpperCase()}${level.slice(1)}: ${what}.** ${why} ${remedy}`].join(
          "\n\n",
        ),
      ),
    ].join("\n\n");
  });
  return [...families, "## The form of an export", `\`\`\`text\n${exportForm()}\n\`\`\``].join("\n\n");
}
