// Before `npm start`: says which `npm ci` is still missing, rather than which module Node cannot find.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NEEDED = [
  ["../node_modules/vite/package.json", "npm ci --prefix examples/react-dashboard"],
  ["../../../dist/cli/main.js", "npm ci"],
];

const missing = NEEDED.filter(([file]) => !existsSync(fileURLToPath(new URL(file, import.meta.url))));
if (missing.length > 0) {
  const commands = missing.map(([, command]) => command).toReversed();
  process.stderr.write(`NOT_INSTALLED: at the top of the repository, first: ${commands.join(" && ")}\n`);
  process.exitCode = 3;
}
