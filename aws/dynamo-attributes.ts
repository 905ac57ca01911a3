import type { LoadAttributes, RowRead, RowRequest, RowResult, RowsQuery } from "../claims/facts.ts";
import { getRow } from "./dynamo-get-row.ts";
import { getRows } from "./dynamo-get-rows.ts";
import type { AskTable, DynamoSend } from "./dynamo-item.ts";
import { queryRows } from "./dynamo-query-rows.ts";
import { dynamoSending, type Sending } from "./sending.ts";

/** What BatchGetItem takes at once. */
const BATCH_SIZE = 100;

/** Reads that go in one request. */
type Together = readonly [RowsQuery] | readonly [RowRead, ...RowRead[]];

/**
 * Reads rows from DynamoDB, all at once, by their whole keys or by query, and with only the attributes asked for. Rows
 * of one table go together.
 *
 * A row that cannot be read is `failed` and the reason is dropped here: a message of DynamoDB's may hold the key. So is
 * every request that is for no table.
 *
 * @param sending Made once per process: what it remembers of each table in each region decides what is sent.
 */
export function dynamoAttributes(
  clientFor: (region: string | undefined) => DynamoSend,
  sending: Sending = dynamoSending(),
): LoadAttributes {
  return async (requests, signal) => {
    const results = new Map<RowRequest, RowResult>();
    await Promise.all(
      inTogethers(requests).map(async (together) => {
        const found = await read(together, clientFor, sending, signal).catch(() => []);
        for (const [index, request] of together.entries()) results.set(request, found[index] ?? { state: "failed" });
      }),
    );
    return requests.map((request) => results.get(request) ?? { state: "failed" });
  };
}

async function read(
  together: Together,
  clientFor: (region: string | undefined) => DynamoSend,
  sending: Sending,
  signal: AbortSignal,
): Promise<readonly RowResult[]> {
  const [first, second] = together;
  const { table, region } = first;
  const client = clientFor(region);
  const name = `dynamodb ${table} ${region ?? ""}`;
  const ask: AskTable = (send, mostSends) =>
    sending.request(name, (abortSignal) => send(client, abortSignal), signal, mostSends);
  if (first.kind === "query") return [await queryRows(ask, first)];
  return second === undefined ? [await getRow(ask, first)] : getRows(ask, together as readonly [RowRead, ...RowRead[]]);
}

/** One batch has one table, one projection and one consistency; its keys have the same attributes. */
function inTogethers(requests: readonly RowRequest[]): readonly Together[] {
  const queries: [RowsQuery][] = [];
  const batches: [RowRead, ...RowRead[]][] = [];
  const open = new Map<string, [RowRead, ...RowRead[]]>();
  for (const request of requests) {
    if (request.kind === "query") queries.push([request]);
    if (request.kind !== "row") continue;
    const { region, table, consistent, key } = request;
    const sort = JSON.stringify([region ?? null, table, consistent, Object.keys(key).toSorted()]);
    const batch = open.get(sort);
    if (batch !== undefined && batch.length < BATCH_SIZE) {
      batch.push(request);
    } else {
      const started: [RowRead, ...RowRead[]] = [request];
      open.set(sort, started);
      batches.push(started);
    }
  }
  return [...queries, ...batches];
}
