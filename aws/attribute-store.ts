import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type KeyAttribute,
  type RowKey,
  type RowStore,
  type StoredRow,
  type TablePlace,
  VERSION,
} from "../attributes/row-store.ts";
import { storeError } from "./attribute-store-fault.ts";
import { attributeValue, keyItem } from "./attribute-value.ts";
import { type DynamoSend, type Item, itemKey, projection, rowOf } from "./dynamo-item.ts";
import { rowCondition } from "./row-condition.ts";

/** Rows in DynamoDB, for administration. What a table's key is made of is asked once. */
export function attributeStore(clientFor: (region: string | undefined) => DynamoSend): RowStore {
  const keys = new Map<string, Promise<readonly KeyAttribute[]>>();

  /** Asks DynamoDB; `missed` answers for a condition that was not met. */
  const ask = async <T>(
    { table, region }: TablePlace,
    send: (client: DynamoSend) => Promise<T>,
    missed?: () => T,
  ): Promise<T> => {
    try {
      return await send(clientFor(region));
    } catch (error) {
      if (missed && error instanceof ConditionalCheckFailedException) return missed();
      throw storeError(table, error);
    }
  };

  const keyOf = (place: TablePlace): Promise<readonly KeyAttribute[]> => {
    const name = JSON.stringify([place.table, place.region ?? null]);
    const known =
      keys.get(name) ??
      ask(place, async (client) => {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: place.table }));
        return (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => ({
          name: AttributeName,
          isNumber: (Table?.AttributeDefinitions ?? []).some(
            (each) => each.AttributeName === AttributeName && each.AttributeType === "N",
          ),
        }));
      });
    keys.set(name, known);
    known.catch(() => keys.delete(name));
    return known;
  };

  const keyNames = async (place: TablePlace): Promise<string[]> => (await keyOf(place)).map(({ name }) => name);

  return {
    keyOf,
    read: async (place, attributes) => {
      const names = Object.keys(place.key);
      const command = new GetItemCommand({
        TableName: place.table,
        Key: keyItem(place.key),
        ConsistentRead: true,
        ...projection(wanted([...names, VERSION], attributes)),
      });
      const { Item } = await ask(place, (client) => client.send(command));
      return Item === undefined ? null : storedRow(names, attributes, Item);
    },
    query: async (place, attributes) => {
      const { table, index, key, beginsWith } = place;
      const names = await keyNames(place);
      // An index need not have the version, and refuses what it does not have.
      const counted = index === undefined ? [VERSION] : [];
      const asked = wanted([...names, ...Object.keys(key), ...Object.keys(beginsWith), ...counted], attributes);
      const at = (name: string): number => asked.indexOf(name);
      const values = Object.entries(itemKey({ ...key, ...beginsWith }));
      const condition = [
        ...Object.keys(key).map((name) => `#${at(name)} = :${at(name)}`),
        ...Object.keys(beginsWith).map((name) => `begins_with(#${at(name)}, :${at(name)})`),
      ];
      const rows: StoredRow[] = [];
      let from: Item | undefined;
      do {
        const command = new QueryCommand({
          TableName: table,
          ...(index !== undefined && { IndexName: index }),
          KeyConditionExpression: condition.join(" AND "),
          ExpressionAttributeValues: Object.fromEntries(values.map(([name, value]) => [`:${at(name)}`, value])),
          ...projection(asked),
          // A global index cannot be read consistently.
          ConsistentRead: index === undefined,
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await ask(place, (client) => client.send(command));
        rows.push(...Items.map((item) => storedRow(names, attributes, item)));
        from = LastEvaluatedKey;
      } while (from !== undefined);
      return rows;
    },
    scan: async (place, attributes, after, limit) => {
      const names = await keyNames(place);
      const command = new ScanCommand({
        TableName: place.table,
        Limit: limit,
        ...projection(wanted([...names, VERSION], attributes)),
        ...(after && { ExclusiveStartKey: keyItem(after) }),
      });
      const { Items = [], LastEvaluatedKey } = await ask(place, (client) => client.send(command));
      return { rows: Items.map((item) => storedRow(names, attributes, item)), more: LastEvaluatedKey !== undefined };
    },
    write: (place, { set, remove }, expected) => {
      const written = Object.entries(set);
      const names = [...written.map(([name]) => name), ...remove];
      const { ConditionExpression, ...met } = rowCondition(place.key, expected);
      const setting = ["#v = if_not_exists(#v, :zero) + :one", ...written.map((_, index) => `#w${index} = :w${index}`)];
      const removing = remove.map((_, index) => `#w${written.length + index}`);
      const command = new UpdateItemCommand({
        TableName: place.table,
        Key: keyItem(place.key),
        UpdateExpression: `SET ${setting.join(", ")}${removing.length > 0 ? ` REMOVE ${removing.join(", ")}` : ""}`,
        ...(ConditionExpression !== undefined && { ConditionExpression }),
        ExpressionAttributeNames: { "#v": VERSION, ...met.names, ...placeholders(names) },
        ExpressionAttributeValues: {
          ":zero": { N: "0" },
          ":one": { N: "1" },
          ...met.values,
          ...Object.fromEntries(written.map(([, value], index) => [`:w${index}`, attributeValue(value)])),
        },
        ReturnValues: "UPDATED_NEW",
      });
      return ask<number | null>(
        place,
        async (client) => {
          const { Attributes = {} } = await client.send(command);
          return versionOf(Attributes);
        },
        () => null,
      );
    },
    names: async (place) => {
      const command = new GetItemCommand({ TableName: place.table, Key: keyItem(place.key), ConsistentRead: true });
      const { Item } = await ask(place, (client) => client.send(command));
      if (Item === undefined) return null;
      const names = Object.keys(Item).filter((name) => !Object.hasOwn(place.key, name));
      return { names, version: versionOf(Item) };
    },
    strip: (place, stripped, version) => {
      const { ConditionExpression, names, values } = rowCondition(place.key, version);
      const command = new UpdateItemCommand({
        TableName: place.table,
        Key: keyItem(place.key),
        UpdateExpression: `REMOVE ${stripped.map((_, index) => `#w${index}`).join(", ")}`,
        ConditionExpression,
        ExpressionAttributeNames: { ...names, ...placeholders(stripped) },
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: { ...values } }),
      });
      return ask(place, (client) => client.send(command).then(isDone), isMissed);
    },
    delete: (place, version) => {
      const { ConditionExpression, names, values } = rowCondition(place.key, version);
      const command = new DeleteItemCommand({
        TableName: place.table,
        Key: keyItem(place.key),
        ConditionExpression,
        ExpressionAttributeNames: { ...names },
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: { ...values } }),
      });
      return ask(place, (client) => client.send(command).then(isDone), isMissed);
    },
  };
}

const isDone = (): boolean => true;
const isMissed = (): boolean => false;

function placeholders(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [`#w${index}`, name]));
}

/** Each attribute once. */
function wanted(names: readonly string[], attributes: readonly string[]): readonly string[] {
  return [...new Set([...names, ...attributes])];
}

function storedRow(keyNames: readonly string[], attributes: readonly string[], item: Item): StoredRow {
  return {
    key: Object.fromEntries(rowOf(keyNames, item)) as RowKey,
    attributes: rowOf(attributes, item),
    version: versionOf(item),
  };
}

function versionOf(item: Item): number {
  return Number(item[VERSION]?.N ?? 0);
}
