import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  GetItemCommand,
  type GetItemCommandInput,
  type GetItemCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { DynamoSend } from "../../aws/dynamo-item.ts";

export type FakeItem = Record<string, AttributeValue>;

/** What answers each kind of request; one that is not given refuses as a policy would. */
export type Answers = {
  readonly get?: (input: GetItemCommandInput) => Partial<GetItemCommandOutput>;
  readonly batch?: (input: BatchGetItemCommandInput) => Partial<BatchGetItemCommandOutput>;
  readonly query?: (input: QueryCommandInput) => Partial<QueryCommandOutput>;
};

/** A client of DynamoDB that answers as it is told and remembers what it was asked, and in how many sends. */
export function fakeDynamoDb(answers: Answers): { readonly client: DynamoSend; readonly sent: unknown[] } {
  const sent: unknown[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    sent.push((command as { readonly input: unknown }).input);
    if (command instanceof GetItemCommand && answers.get)
      return { ConsumedCapacity: {}, ...answers.get(command.input) };
    if (command instanceof BatchGetItemCommand && answers.batch) return answers.batch(command.input);
    if (command instanceof QueryCommand && answers.query) return answers.query(command.input);
    throw fault("AccessDeniedException");
  };
  return { client: { send } as DynamoSend, sent };
}

/** An error by its name, as the SDK rejects with one; its text holds what must go nowhere. */
export function fault(name: string): Error {
  const status = name.startsWith("Internal") ? 500 : 400;
  const $fault = status < 500 ? "client" : "server";
  return Object.assign(new Error("STAFF#nora@example.com"), { name, $fault, $metadata: { httpStatusCode: status } });
}
