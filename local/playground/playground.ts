import { ceilings } from "./ceilings.ts";
import type { PlayExample } from "./example.ts";
import { packagedExamples } from "./example-files.ts";
import { languageKnown } from "./language.ts";
import type { Example } from "./messages.ts";
import { readPageFiles } from "./page-files.ts";
import { NOT_BUILT, type ServedPlayground, servePlayground } from "./server.ts";
import { threadedEngine } from "./threaded-engine.ts";

/** How often the first example is run before the first answer, so that V8 knows the way by then. */
const WARM_UPS = 5;

export type RunningPlayground = ServedPlayground & {
  /** Why the page cannot be seen; null where it can. */
  readonly missing: string | null;
};

/**
 * Serves the playground, with an example of one's own before those of the package.
 *
 * @param port 0 lets the system choose. Rejects with Node's error where it is taken.
 * @throws {LocalError} `RUNTIME_NOT_BUILT` without `dist/`.
 */
export async function startPlayground(
  own: PlayExample,
  { version, port = 0 }: { readonly version: string; readonly port?: number },
): Promise<RunningPlayground> {
  const examples = distinct([own, ...packagedExamples()]);
  const files = readPageFiles();
  const tests = Object.fromEntries(examples.map((each) => [each.name, each.tests]));
  const first = own.situations[0];
  const { map, rows, setting } = own;
  const warmUp = Array.from({ length: first ? WARM_UPS : 0 }, (_, index) => ({
    what: "run" as const,
    // Another text each time, so that it is examined each time.
    body: { map: `${map}\n# ${index}`, event: first?.event ?? "", rows, setting, faults: {} },
  }));
  const engine = threadedEngine(tests, warmUp);
  const start = { examples: examples.map(shown), ceilings: ceilings(), language: languageKnown(), version };
  try {
    const { url, stop } = await servePlayground({ files, start, engine }, port);
    const stopAll = async (): Promise<void> => {
      await Promise.all([stop(), engine.stop()]);
    };
    return { url, stop: stopAll, missing: files.size === 0 ? NOT_BUILT : null };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** The same map twice, once with its setup and once with its tests, needs two names. */
function distinct(examples: readonly PlayExample[]): readonly PlayExample[] {
  const [own, ...others] = examples;
  if (own === undefined) return [];
  return [
    own,
    ...others.map((each) =>
      each.name === own.name ? { ...each, name: `${each.name}-tests`, title: `${each.title} (its tests)` } : each,
    ),
  ];
}

function shown({ name, title, map, rows, setting, situations }: PlayExample): Example {
  return { name, title, map, rows, setting, situations };
}
