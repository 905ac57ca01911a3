import type { KeyObject } from "node:crypto";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { subjectHash } from "../../crypto/subject-hash.ts";
import { asItCame } from "../../triggers/as-it-was.ts";
import { mapNames } from "../../triggers/map-names.ts";
import type { CustomizeToken, House } from "../../triggers/pre-token-generation.ts";
import { recordLine } from "../../triggers/record-line.ts";
import { recorded } from "../../triggers/recorded.ts";
import { Refusal } from "../../triggers/refusal.ts";

/** How an event ended: with an answer, or with whatever was thrown. */
export type Ended = { readonly answer: TriggerEvent } | { readonly thrown: unknown };

const NONE = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0 };

/**
 * Runs one event as `createTrigger` does, with a record of it. How it ended is told as it came out of the corridor: the
 * record's own guard would hide errors that should never have got so far.
 */
export async function runRecorded(
  run: CustomizeToken,
  { plan, now, steady }: House,
  root: KeyObject,
  event: unknown,
): Promise<{ readonly ended: Ended; readonly lines: readonly string[]; readonly problems: readonly string[] }> {
  const lines: string[] = [];
  let ended: Ended = { thrown: null };
  const withRecord = recorded(
    async (...asked) => {
      ended = await endOf(run(...asked));
      if ("thrown" in ended) throw ended.thrown;
      return ended.answer;
    },
    {
      plan,
      names: mapNames(plan),
      planSha256: "0".repeat(64),
      mode: "enforce",
      asItWas: asItCame,
      write: async (record, counts) => void lines.push(recordLine(record, counts, 0)),
      traffic: () => ({ dynamodb: NONE, kms: NONE }),
      strays: () => 0,
      subjectHash: () => (poolId, sub) => subjectHash(root, poolId)(sub),
      now,
      steady,
    },
  );
  const outside = await endOf(withRecord(event));
  return { ended, lines, problems: [...wrongRecords(ended, lines), ...wrongEnd(ended, outside)] };
}

async function endOf(answer: Promise<TriggerEvent>): Promise<Ended> {
  try {
    return { answer: await answer };
  } catch (thrown) {
    return { thrown };
  }
}

function wrongRecords(ended: Ended, lines: readonly string[]): readonly string[] {
  const [line] = lines;
  if (line === undefined || lines.length > 1) return [`${lines.length} records`];
  const { outcome, code } = JSON.parse(line) as { readonly outcome?: unknown; readonly code?: unknown };
  const isRight =
    "answer" in ended
      ? outcome === "issued" && code === undefined
      : outcome === "refused" && (!(ended.thrown instanceof Refusal) || code === ended.thrown.code);
  return isRight ? [] : ["a record that tells of another decision"];
}

/** To write a record changes nothing of what goes back. */
function wrongEnd(inside: Ended, outside: Ended): readonly string[] {
  const isSame =
    "answer" in inside
      ? "answer" in outside && outside.answer === inside.answer
      : "thrown" in outside && (outside.thrown === inside.thrown || !(inside.thrown instanceof Refusal));
  return isSame ? [] : ["another end than the corridor's"];
}
