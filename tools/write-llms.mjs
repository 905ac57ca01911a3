// Writes `llms.txt` (llmstxt.org), the list of all pages for programs that read documentation, from `docs/README.md`.
import { readFileSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The text of `llms.txt`: the map of the documentation, its paths from the root and its subheadings left out. */
export function llmsText(map, { name, description }) {
  const sections = map.split(/^## /m).slice(1);
  const listed = sections.map((section) => {
    const [title = ""] = section.split("\n");
    const items = [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)(: .+)$/gm)].map(
      ([, text, path, why]) => `- [${text}](${posix.join("docs", path)})${why}`,
    );
    // What a reader short of room may leave out goes by this name.
    return [`## ${title === "Elsewhere" ? "Optional" : title}`, "", ...items].join("\n");
  });
  return `# ${name}\n\n> ${description}\n\n${listed.join("\n\n")}\n`;
}

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const about = JSON.parse(readFileSync(file("package.json"), "utf8"));
  writeFileSync(file("llms.txt"), llmsText(readFileSync(file("docs/README.md"), "utf8"), about));
}
