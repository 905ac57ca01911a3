import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import type { RowRead, RowResult } from "../claims/facts.ts";
import { getRow } from "./dynamo-get-row.ts";
import { type AskTable, Garbled, type Item, itemKey, projection, rowOf } from "./dynamo-item.ts";
import { faultOf } from "./fault.ts";
import { MOST_SENDS } from "./sending.ts";

/** Some keys are not answered yet: the table was busy, or the answer would have been over 16 MB. */
class Unprocessed extends Error {
  override readonly name = "Unprocessed";
}

/**
 * Reads up to 100 rows of one table in one request, all by the same key attributes and equally consistent; two rows
 * with one key are read once. Gives a result for each, in their order; what a busy table left out is `failed` alone.
 *
 * BatchGetItem refuses all of its keys for the fault of one. Whatever it refuses for good is read again row by row, so
 * that a row fails only by itself; each of them then has as many sends as the batch has left.
 */
export async function getRows(ask: AskTable, rows: readonly [RowRead, ...RowRead[]]): Promise<readonly RowResult[]> {
  const [{ table, consistent, key }] = rows;
  const names = Object.keys(key).toSorted();
  const placeOf = (item: Item): string => JSON.stringify(names.map((name) => item[name]?.S));
  const asked = projection([...new Set([...names, ...rows.flatMap(({ attributes }) => attributes)])]);
  const items = new Map<string, Item>();
  const owed = new Map(rows.map((row) => [placeOf(itemKey(row.key)), itemKey(row.key)]));
  let sends = 0;
  try {
    await ask(async (client, abortSignal) => {
      sends += 1;
      // Another copy may answer for some of them in the meantime.
      const keys = new Map(owed);
      const request = { Keys: [...keys.values()], ConsistentRead: consistent, ...asked };
      const command = new BatchGetItemCommand({ RequestItems: { [table]: request } });
      const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal });
      const [answered, unprocessed] = [Responses?.[table], UnprocessedKeys?.[table]?.Keys];
      // Rows that nobody spoke of are not missing.
      if (!answered && !unprocessed) throw new Garbled("an answer without the table");
      const left = new Set((unprocessed ?? []).map(placeOf));
      if ([...left].some((place) => !keys.has(place))) throw new Garbled("an answer to another request");
      for (const item of answered ?? []) items.set(placeOf(item), item);
      for (const place of keys.keys()) if (!left.has(place)) owed.delete(place);
      if (owed.size > 0) throw new Unprocessed("keys that are not answered yet");
    });
  } catch (error) {
    if (faultOf(error) === "refused") return oneByOne(ask, rows, MOST_SENDS - sends);
  }
  return rows.map((row): RowResult => {
    const place = placeOf(itemKey(row.key));
    const item = items.get(place);
    if (item !== undefined) return { state: "found", row: rowOf(row.attributes, item) };
    return { state: owed.has(place) ? "failed" : "missing" };
  });
}

function oneByOne(ask: AskTable, rows: readonly RowRead[], mostSends: number): Promise<readonly RowResult[]> {
  return Promise.all(
    rows.map(async (row): Promise<RowResult> => {
      if (mostSends < 1) return { state: "failed" };
      return getRow(ask, row, mostSends).catch(() => ({ state: "failed" }));
    }),
  );
}
