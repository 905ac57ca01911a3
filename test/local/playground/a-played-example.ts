import { createEngine } from "../../../local/playground/engine.ts";
import type { RunAnswer } from "../../../local/playground/messages.ts";
import { asked, EXAMPLES } from "./examples-to-play.ts";

export const engine: Awaited<ReturnType<typeof createEngine>> = await createEngine(
  Object.fromEntries([...EXAMPLES].map(([name, { tests }]) => [name, tests])),
);

/** The answer to one situation of an example, changed. */
export async function played(...given: Parameters<typeof asked>): Promise<RunAnswer> {
  return (await engine({ what: "run", body: asked(...given) })) as RunAnswer;
}
