/** A file that a project may have already and keeps: nothing of it is replaced, it is only said what it lacks. */
export type SharedFile = {
  readonly path: string;
  readonly about: string;
  readonly contents: string;
  /** What to do to one that exists, a line each; nothing where it has all of it. */
  readonly missing: (existing: string) => readonly string[];
};

/** What npm has to know. */
export function packageFile(
  name: string,
  packages: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, string>>,
): SharedFile {
  return {
    path: "package.json",
    about: "what is installed, and four scripts",
    contents: json({ name: `${name}-claims`, private: true, scripts, devDependencies: packages }),
    missing: (existing) => {
      const there = read(existing);
      const installed = { ...there.dependencies, ...there.devDependencies };
      const lacking = Object.entries(packages).filter(([each]) => !Object.hasOwn(installed, each));
      const unset = Object.entries(scripts).filter(([each]) => !Object.hasOwn(there.scripts ?? {}, each));
      const exact = lacking.map(([each, version]) => `${each}@${version}`);
      const set = unset.map(([each, script]) => `scripts.${each}="${script}"`);
      return [
        ...(exact.length === 0 ? [] : [`npm install --save-dev --save-exact ${exact.join(" ")}`]),
        ...(set.length === 0 ? [] : [`npm pkg set ${set.join(" ")}`]),
      ];
    },
  };
}

const IGNORED = ["node_modules/", ".claimseal/", ".serverless/", "test-issuer.json"];

export const IGNORE_FILE: SharedFile = {
  path: ".gitignore",
  about: "what is made, and test keys",
  contents: `${IGNORED.join("\n")}\n`,
  missing: (existing) => {
    const lines = existing.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, ""));
    const lacking = IGNORED.filter((line) => !lines.includes(line.replace(/\/$/, "")));
    return lacking.length === 0 ? [] : [`.gitignore lacks: ${lacking.join(" ")}`];
  },
};

const SCHEMAS = {
  "./node_modules/claimseal/schema/claim-map.v1.json": "*.claims.yaml",
  "./node_modules/claimseal/schema/claim-map-test.v1.json": "*.claims.test.yaml",
};

export const EDITOR_FILES: readonly SharedFile[] = [
  {
    path: ".vscode/settings.json",
    about: "the schemas of maps and their tests",
    contents: json({ "yaml.schemas": SCHEMAS }),
    missing: (existing) =>
      existing.includes("claim-map.v1.json")
        ? []
        : [`.vscode/settings.json lacks: "yaml.schemas": ${JSON.stringify(SCHEMAS)}`],
  },
  {
    path: ".vscode/extensions.json",
    about: "the extension that reads them",
    contents: json({ recommendations: ["redhat.vscode-yaml"] }),
    missing: (existing) =>
      existing.includes("redhat.vscode-yaml") ? [] : ['.vscode/extensions.json lacks: "redhat.vscode-yaml"'],
  },
];

type Package = Partial<Record<"dependencies" | "devDependencies" | "scripts", Readonly<Record<string, string>>>>;

/** A package.json that npm itself could not read has nothing of what is needed. */
function read(text: string): Package {
  try {
    return (JSON.parse(text) as Package | null) ?? {};
  } catch {
    return {};
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
