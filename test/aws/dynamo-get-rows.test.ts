import type { BatchGetItemCommandInput, KeysAndAttributes } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import type { DynamoSend } from "../../aws/dynamo-item.ts";
import { dynamoSending } from "../../aws/sending.ts";
import type { RowRead, RowRequest, RowResult } from "../../claims/facts.ts";
import { type Answers, type FakeItem, fakeDynamoDb, fault } from "./fake-dynamodb.ts";
import { fakeTime, settled } from "./fake-time.ts";

const never = new AbortController().signal;

function row(pk: string, changes: Partial<RowRead> = {}): RowRead {
  return {
    kind: "row",
    source: pk,
    table: "staff",
    region: undefined,
    key: { pk },
    attributes: ["role"],
    consistent: true,
    ...changes,
  };
}
const item = (pk: string): FakeItem => ({ pk: { S: pk }, role: { S: `role of ${pk}` }, size: { N: "7" } });
const found = (pk: string): RowResult => ({ state: "found", row: new Map([["role", `role of ${pk}`]]) });
const failed: RowResult = { state: "failed" };

const keysOf = (input: BatchGetItemCommandInput): readonly (string | undefined)[] =>
  Object.values(input.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys.map(({ pk }) => pk?.S));
const asked = (input: unknown): KeysAndAttributes | undefined =>
  (input as BatchGetItemCommandInput).RequestItems?.["staff"];
/** Answers for these keys, last first, and leaves the rest to be asked for again. */
const answer = (input: BatchGetItemCommandInput, isAnswered: (pk: string) => boolean = () => true) => {
  const keys = keysOf(input).map((pk) => pk ?? "");
  const left = keys.filter((pk) => !isAnswered(pk)).map((pk) => ({ pk: { S: pk } }));
  return {
    Responses: {
      staff: keys
        .filter((pk) => isAnswered(pk) && pk !== "nobody")
        .toReversed()
        .map(item),
    },
    UnprocessedKeys: left.length > 0 ? { staff: { Keys: left } } : {},
  };
};

const read = async (answers: Answers, requests: readonly RowRequest[], signal: AbortSignal = never) => {
  const { client, sent } = fakeDynamoDb(answers);
  return { results: await dynamoAttributes(() => client)(requests, signal), sent };
};

describe("rows of one table", () => {
  test("are read in one request, in whatever order they come back, and one that is not there is missing", async () => {
    const { results, sent } = await read({ batch: answer }, [row("a"), row("nobody"), row("b")]);
    expect(results).toEqual([found("a"), { state: "missing" }, found("b")]);
    expect(sent).toEqual([
      {
        RequestItems: {
          staff: {
            Keys: [{ pk: { S: "a" } }, { pk: { S: "nobody" } }, { pk: { S: "b" } }],
            ConsistentRead: true,
            ProjectionExpression: "#0, #1",
            ExpressionAttributeNames: { "#0": "pk", "#1": "role" },
          },
        },
      },
    ]);
  });

  test("with one key are one row, asked for once with the attributes of both, and each gets its own", async () => {
    const { results, sent } = await read({ batch: answer }, [row("a"), row("a", { attributes: ["size"] })]);
    expect(asked(sent[0])).toMatchObject({
      Keys: [{ pk: { S: "a" } }],
      ExpressionAttributeNames: { "#0": "pk", "#1": "role", "#2": "size" },
    });
    expect(results[0]).toEqual(found("a"));
    expect(results[1]).toMatchObject({ state: "found", row: new Map([["size", expect.anything()]]) });
  });

  test("are told apart by the whole key, in whatever order its attributes are written", async () => {
    const both = (tenant: string, user: string): RowRead =>
      row("", { key: tenant === "t1" ? { tenant, user } : { user, tenant } });
    const { results, sent } = await read(
      {
        batch: () => ({
          Responses: { staff: [{ role: { S: "x" }, user: { S: "u1" }, tenant: { S: "t2" } }] },
        }),
      },
      [both("t1", "u1"), both("t2", "u1"), both("u1", "t2")],
    );
    expect(sent).toHaveLength(1);
    expect(results.map(({ state }) => state)).toEqual(["missing", "found", "missing"]);
  });

  test("that the table was too busy for are asked for again, and nothing else is", async () => {
    let sends = 0;
    const batch: Answers["batch"] = (input) => {
      sends += 1;
      return answer(input, (pk) => pk === "a" || sends === 2);
    };
    const { results, sent } = await read({ batch }, [row("a"), row("b"), row("nobody")]);
    expect(sent.map((input) => keysOf(input as BatchGetItemCommandInput))).toEqual([
      ["a", "b", "nobody"],
      ["b", "nobody"],
    ]);
    expect(results).toEqual([found("a"), found("b"), { state: "missing" }]);
  });

  test("that the table stays too busy for are failed after a second send; the others are not", async () => {
    const { results, sent } = await read({ batch: (input) => answer(input, (pk) => pk !== "b") }, [row("a"), row("b")]);
    expect(sent).toHaveLength(2);
    expect(results).toEqual([found("a"), failed]);
  });

  test.for([
    ["ProvisionedThroughputExceededException", 2],
    ["InternalServerError", 3],
  ] as const)("are failed where %s is all there is, after %i sends", async ([name, sends]) => {
    const { results, sent } = await read(
      {
        batch: () => {
          throw fault(name);
        },
      },
      [row("a"), row("b")],
    );
    expect(sent).toHaveLength(sends);
    expect(results).toEqual([failed, failed]);
  });

  test("that are refused together for good are read one by one, so that only the one at fault fails", async () => {
    const answers: Answers = {
      batch: () => {
        throw fault("ValidationException");
      },
      get: ({ Key }) => {
        if (Key?.["pk"]?.S === "b") throw fault("ValidationException");
        return { Item: item(Key?.["pk"]?.S ?? "") };
      },
    };
    const { results, sent } = await read(answers, [row("a"), row("b"), row("c", { attributes: ["size"] })]);
    expect(results.map(({ state }) => state)).toEqual(["found", "failed", "found"]);
    expect(sent).toHaveLength(4);
    expect(sent[1]).toMatchObject({ ExpressionAttributeNames: { "#0": "pk", "#1": "role" } });
    expect(sent[3]).toMatchObject({ ExpressionAttributeNames: { "#0": "pk", "#1": "size" } });
  });

  test("that are refused together have two sends left, each for itself", async () => {
    const sends = new Map<string, number>();
    const answers: Answers = {
      batch: () => {
        throw fault("ValidationException");
      },
      get: ({ Key }) => {
        const pk = Key?.["pk"]?.S ?? "";
        sends.set(pk, (sends.get(pk) ?? 0) + 1);
        if (pk === "b" || sends.get(pk) === 1) throw fault("InternalServerError");
        return { Item: item(pk) };
      },
    };
    const { results } = await read(answers, [row("a"), row("b"), row("c")]);
    expect(results).toEqual([found("a"), failed, found("c")]);
    expect([...sends.values()]).toEqual([2, 2, 2]);
  });

  test("that are refused with the third send are not read again", async () => {
    const names = ["InternalServerError", "InternalServerError", "ValidationException"];
    const answers: Answers = {
      batch: () => {
        throw fault(names.shift() ?? "");
      },
      get: () => ({ Item: item("a") }),
    };
    const { results, sent } = await read(answers, [row("a"), row("b")]);
    expect(results).toEqual([failed, failed]);
    expect(sent).toHaveLength(3);
  });

  test.for<readonly [string, object]>([
    ["nothing", {}],
    ["another table", { Responses: { other: [] } }],
    ["keys nobody asked for", { UnprocessedKeys: { staff: { Keys: [{ pk: { S: "c" } }] } } }],
    ["something that is no list", { Responses: { staff: 7 } }],
  ])("that are answered with %s are failed, never missing, after three sends", async ([, garbled]) => {
    const { results, sent } = await read({ batch: () => garbled }, [row("a"), row("b")]);
    expect(results).toEqual([failed, failed]);
    expect(sent).toHaveLength(3);
  });

  test("that one of two copies answers in part are not asked for again once the other has the rest", async () => {
    const time = fakeTime();
    const answers: ((answer: unknown) => void)[] = [];
    const client = {
      send: (command: unknown) =>
        new Promise((resolve) => {
          answers.push((leave) => {
            const { input } = command as { readonly input: BatchGetItemCommandInput };
            resolve(answer(input, (pk) => pk !== leave));
          });
        }),
    } as unknown as DynamoSend;
    const results = dynamoAttributes(() => client, dynamoSending(time))([row("a"), row("b"), row("nobody")], never);
    await time.pass(200);
    expect(answers).toHaveLength(2);
    answers[0]?.("a");
    await settled();
    answers[1]?.("b");
    expect(await results).toEqual([found("a"), found("b"), { state: "missing" }]);
    expect(answers).toHaveLength(2);
  });

  test("go in batches of a hundred", async () => {
    const requests = Array.from({ length: 201 }, (_, index) => row(`k${index}`));
    const { results, sent } = await read({ batch: answer, get: () => ({ Item: item("k200") }) }, requests);
    expect(sent).toHaveLength(3);
    expect(results).toEqual(requests.map(({ source }) => found(source)));
  });

  test("are not sent for any more once time is up", async () => {
    const { results, sent } = await read({ batch: answer }, [row("a"), row("b")], AbortSignal.abort());
    expect(results).toEqual([failed, failed]);
    expect(sent).toEqual([]);
  });

  test("that are under way when time is up are failed, and are not read one by one", async () => {
    const abort = new AbortController();
    const batch = (): never => {
      abort.abort();
      throw fault("ValidationException");
    };
    const { results, sent } = await read(
      { batch, get: () => ({ Item: item("a") }) },
      [row("a"), row("b")],
      abort.signal,
    );
    expect(results).toEqual([failed, failed]);
    expect(sent).toHaveLength(1);
  });
});

describe("rows that do not go together", () => {
  test.for<readonly [string, Partial<RowRead>]>([
    ["another table", { table: "members" }],
    ["another region", { region: "eu-west-1" }],
    ["another consistency", { consistent: false }],
    ["other key attributes", { key: { id: "b" } }],
  ])("of %s are read by themselves, at once", async ([, changes]) => {
    const { results, sent } = await read({ get: () => ({ Item: item("a") }) }, [row("a"), row("b", changes)]);
    expect(sent).toHaveLength(2);
    expect(results.map(({ state }) => state)).toEqual(["found", "found"]);
  });

  test("go to the client of their region, and one that cannot be made fails its own reads alone", async () => {
    const { client } = fakeDynamoDb({ get: () => ({ Item: item("a") }) });
    const load = dynamoAttributes((region) => {
      if (region === "mars-1") throw new Error("no such region");
      return client;
    });
    expect(await load([row("a", { region: "mars-1" }), row("a")], never)).toEqual([failed, found("a")]);
  });

  test("of no table at all are failed", async () => {
    const subject = { poolId: "p", clientId: "c", grant: "user", sub: "s" } as const;
    const { results, sent } = await read({}, [{ kind: "custom", source: "s", hook: "h", subject, attributes: [] }]);
    expect(results).toEqual([failed]);
    expect(sent).toEqual([]);
  });
});
