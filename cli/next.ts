import { visible } from "./formats/visible.ts";
import type { Io } from "./io.ts";

/** Words of a command line, the program first. */
export type Typed = readonly string[];

/** Says, on standard error, what one would type next. */
export function sayNext([program = "", ...words]: Typed, io: Io): void {
  // npm and npx tell what they start that it was them: whoever came by them may have no `claimseal` on the path.
  const started = program === "claimseal" && io.environment["npm_command"] !== undefined ? "npx claimseal" : program;
  io.say(`next: ${visible(commandLine([started, ...words]))}`);
}

/** A command line as a shell takes it. */
export function commandLine([program = "", ...words]: Typed): string {
  return [program, ...words.map(shellWord)].join(" ");
}

/** The tests of a map, by the name they have beside it. */
export function testsOf(map: string): string {
  return map.replace(/(?:\.claims)?\.(?:ya?ml|json|m?js)$/, ".claims.test.yaml");
}

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
