import { type Expected, type RowKey, VERSION } from "../attributes/row-store.ts";

/** What makes a write depend on the row it meets, with its names and values. `#k` is the key, `#v` the version. */
export type RowCondition = {
  readonly ConditionExpression?: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, { readonly N: string }>>;
};

/** The condition under which a row is what was expected. A row that was never counted has no version. */
export function rowCondition(key: RowKey, expected: Expected): RowCondition {
  const [partition = ""] = Object.keys(key);
  const names = { "#k": partition };
  switch (expected) {
    case "any":
      return { names: {}, values: {} };
    case "absent":
      return { ConditionExpression: "attribute_not_exists(#k)", names, values: {} };
    case "present":
      return { ConditionExpression: "attribute_exists(#k)", names, values: {} };
    case 0:
      return {
        ConditionExpression: "attribute_exists(#k) AND attribute_not_exists(#v)",
        names: { ...names, "#v": VERSION },
        values: {},
      };
    default:
      return {
        ConditionExpression: "#v = :v",
        names: { "#v": VERSION },
        values: { ":v": { N: String(expected) } },
      };
  }
}
