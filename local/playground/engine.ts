import { createTokenKeys } from "../user-pool/token-keys.ts";
import { type JsonText, readJsonText } from "./json-text.ts";
import { lately } from "./lately.ts";
import type { Run, RunAnswer, Texts } from "./messages.ts";
import { type PlayedMap, readPlayedMap } from "./read-map.ts";
import { type PlayedRun, playRun } from "./run.ts";
import type { ReadTexts } from "./world.ts";

/** What answers the page. Whatever it is asked, it answers; nothing of what it is asked outlives the next few. */
export type Engine = {
  readonly run: (run: Run) => Promise<RunAnswer>;
};

/**
 * Makes an engine. Its keys live as long as it does.
 *
 * @throws {LocalError} `PEER_MISSING` when jose is not installed.
 */
export async function createEngine(): Promise<Engine> {
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
  return {
    run: async (run) => (await played(run)).answer,
  };
}
