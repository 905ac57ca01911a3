import { createTokenKeys } from "../user-pool/token-keys.ts";
import type { Asked } from "./asked.ts";
import { type JsonText, readJsonText } from "./json-text.ts";
import { lately } from "./lately.ts";
import type { Run, RunAnswer, SavedTest, TestsAnswer, Texts, TurnAnswer } from "./messages.ts";
import { type PlayedMap, readPlayedMap } from "./read-map.ts";
import { type PlayedRun, playRun } from "./run.ts";
import { testsOf } from "./run-tests.ts";
import { savedTest } from "./save-test.ts";
import { turned } from "./turn.ts";
import type { ReadTexts } from "./world.ts";

/** Answers what the page asks for. Whatever the texts hold, there is an answer. */
export type Answering = (asked: Asked) => Promise<PlayAnswer>;

export type PlayAnswer = RunAnswer | TurnAnswer | SavedTest | TestsAnswer;

/** The tests beside each example's map, by the example's name. */
export type TestsByExample = { readonly [example: string]: string | null };

/**
 * Makes what answers the page. Its keys live as long as it does; of what it is asked it remembers the last few texts, to
 * be quick, and nothing else.
 *
 * @throws {LocalError} `PEER_MISSING` when jose is not installed.
 */
export async function createEngine(tests: TestsByExample = {}): Promise<Answering> {
  const tokenKeys = await createTokenKeys();
  const today = new Date().toISOString().slice(0, 10);
  const readMap = lately((text): PlayedMap => readPlayedMap(text, today));
  const readEvent = lately((text): JsonText => readJsonText("event", text));
  const readRows = lately((text): JsonText => readJsonText("rows", text));
  const readSetting = lately((text): JsonText => readJsonText("setting", text));
  const read = ({ event, rows, setting }: Texts): ReadTexts => ({
    event: readEvent(event),
    rows: readRows(rows),
    setting: readSetting(setting),
  });
  const played = (run: Run): Promise<PlayedRun> => playRun(readMap(run.map), read(run), run.faults, tokenKeys);
  return async (asked) => {
    switch (asked.what) {
      case "run":
        return (await played(asked.body)).answer;
      case "turn":
        return turned(asked.body, readMap(asked.body.map), read(asked.body));
      case "test": {
        const { name, faults, map } = asked.body;
        return savedTest(name, await played(asked.body), readMap(map).unsafe, faults);
      }
      case "run-tests": {
        const { example, map } = asked.body;
        return testsOf(Object.hasOwn(tests, example) ? (tests[example] ?? null) : null, readMap(map));
      }
    }
  };
}
