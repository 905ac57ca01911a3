import type { Command } from "./command.ts";

/**
 * Every command by its name, in the order of the overview. Each is loaded when it is asked for: `check` needs neither
 * the embedded stack nor the SDK, and its start is what people wait for.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./init.ts")).init,
  check: async () => (await import("./check.ts")).check,
  test: async () => (await import("./test.ts")).test,
  preview: async () => (await import("./preview.ts")).preview,
  explain: async () => (await import("./explain.ts")).explain,
  diff: async () => (await import("./diff.ts")).diff,
  types: async () => (await import("./claim-types.ts")).types,
  docs: async () => (await import("./docs.ts")).docs,
  build: async () => (await import("./build.ts")).build,
  iam: async () => (await import("./iam.ts")).iam,
  attach: async () => (await import("./attach.ts")).attach,
  detach: async () => (await import("./detach.ts")).detach,
  doctor: async () => (await import("./doctor.ts")).doctor,
  audit: async () => (await import("./audit.ts")).audit,
  attributes: async () => (await import("./attributes.ts")).attributes,
  dev: async () => (await import("./dev.ts")).dev,
  mint: async () => (await import("./mint.ts")).mint,
  inspect: async () => (await import("./inspect.ts")).inspect,
  decrypt: async () => (await import("./decrypt.ts")).decrypt,
  completion: async () => (await import("./completion.ts")).completion,
};

/** All of them, for the overview, completion and documentation. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
