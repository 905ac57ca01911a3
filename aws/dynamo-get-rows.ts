import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import type { RowRead, RowResult } from "../claims/facts.ts";
import { getRow } from "./dynamo-get-row.ts";
import { type DynamoSend, type Item, isTransient, itemKey, projection, rowOf } from "./dynamo-item.ts";
import { resend } from "./resend.ts";

/** Some keys are not answered yet: the table was busy, or the answer would have been over 16 MB. */
class Unprocessed extends Error {
  override readonly name = "Unprocessed";
}

/**
 * Reads up to 100 rows of one table in one request, all by the same key attributes and equally consistent; two rows
 * with one key are read once. Gives a result for each, in their order; what a busy table left out is `failed` alone.
 *
 * BatchGetItem refuses all of its keys for the fault of one. Whatever it refuses for good is read again row by row, so
 * that a row fails only by itself.
 */
export async function getRows(
  client: DynamoSend,
  rows: readonly [RowRead, ...RowRead[]],
  signal: AbortSignal,
): Promise<readonly RowResult[]> {
  const [{ table, consistent, key }] = rows;
  const names = Object.keys(key).toSorted();
  const placeOf = (item: Item): string => JSON.stringify(names.map((name) => item[name]?.S));
  const asked = projection([...new Set([...names, ...rows.flatMap(({ attributes }) => attributes)])]);
  const items = new Map<string, Item>();
  let owed = new Map(rows.map((row) => [placeOf(itemKey(row.key)), itemKey(row.key)]));
  const send = async (abortSignal: AbortSignal): Promise<void> => {
    const request = { Keys: [...owed.values()], ConsistentRead: consistent, ...asked };
    const command = new BatchGetItemCommand({ RequestItems: { [table]: request } });
    const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal });
    const [answered, left] = [Responses?.[table], UnprocessedKeys?.[table]?.Keys];
    // Rows that nobody spoke of are not missing.
    if (!answered && !left) throw new TypeError("an answer without the table");
    for (const item of answered ?? []) items.set(placeOf(item), item);
    owed = new Map((left ?? []).map((each) => [placeOf(each), each]));
    if (owed.size > 0) throw new Unprocessed();
  };
  try {
    await resend(send, { signal, isTransient: (error) => error instanceof Unprocessed || isTransient(error) });
  } catch (error) {
    if (!signal.aborted && !(error instanceof Unprocessed) && !isTransient(error))
      return oneByOne(client, rows, signal);
  }
  return rows.map((row): RowResult => {
    const place = placeOf(itemKey(row.key));
    const item = items.get(place);
    if (item !== undefined) return { state: "found", row: rowOf(row.attributes, item) };
    return { state: owed.has(place) ? "failed" : "missing" };
  });
}

function oneByOne(client: DynamoSend, rows: readonly RowRead[], signal: AbortSignal): Promise<readonly RowResult[]> {
  return Promise.all(rows.map((row) => getRow(client, row, signal).catch((): RowResult => ({ state: "failed" }))));
}
