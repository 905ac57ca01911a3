import { type Fields, isFields } from "../../cognito/own-fields.ts";

/** What an element says: one of these, or (`NotAction` and its like) none of these. */
export type Element = { readonly not: boolean; readonly values: readonly string[] };

export type StatementCondition = {
  /** As it is written, in lower case. */
  readonly written: string;
  /** Without `ForAnyValue:`, `ForAllValues:` and `IfExists`, in lower case: `arnequals`. */
  readonly operator: string;
  /** Whether a request that does not carry the key meets the condition. */
  readonly isOptional: boolean;
  /** In lower case, as IAM compares keys. */
  readonly key: string;
  readonly values: readonly string[];
};

/** One statement of a policy that is attached to a resource, each element as a list. */
export type PolicyStatement = {
  /** Its `Sid`, or `statement 2` where it has none. */
  readonly label: string;
  readonly allows: boolean;
  /** `*`, ARNs, `account 111122223333` for a whole account, `service lambda.amazonaws.com`. */
  readonly principals: Element;
  /** In lower case. */
  readonly actions: Element;
  readonly resources: Element;
  readonly conditions: readonly StatementCondition[];
};

/** The statements of a policy's text; null for a text that is none. */
export function policyStatements(text: string): readonly PolicyStatement[] | null {
  const document = parsed(text);
  if (!isFields(document)) return null;
  const statements = list(document["Statement"]);
  return statements.every(isFields) ? statements.map(statement) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function statement(written: Fields, index: number): PolicyStatement {
  const sid = written["Sid"];
  const element = (name: string): Element => {
    const not = Object.hasOwn(written, `Not${name}`);
    return { not, values: texts(written[not ? `Not${name}` : name]) };
  };
  const { not, values } = element("Action");
  return {
    label: typeof sid === "string" && sid !== "" ? sid : `statement ${index + 1}`,
    allows: written["Effect"] === "Allow",
    principals: principals(written),
    actions: { not, values: values.map((each) => each.toLowerCase()) },
    resources: element("Resource"),
    conditions: conditions(written["Condition"]),
  };
}

function principals(written: Fields): Element {
  const not = Object.hasOwn(written, "NotPrincipal");
  const given = written[not ? "NotPrincipal" : "Principal"];
  if (!isFields(given)) return { not, values: texts(given) };
  const values = Object.entries(given).flatMap(([kind, names]) =>
    texts(names).map((name) => {
      if (kind === "AWS") return principal(name);
      return `${kind.toLowerCase()} ${name}`;
    }),
  );
  return { not, values };
}

/** A whole account is written as its number or as its root (IAM User Guide, "AWS JSON policy elements: Principal"). */
function principal(name: string): string {
  const [, account = /^\d{12}$/.exec(name)?.[0]] = /^arn:[\w-]+:iam::(\d{12}):root$/.exec(name) ?? [];
  return account === undefined ? name : `account ${account}`;
}

function conditions(written: unknown): readonly StatementCondition[] {
  if (!isFields(written)) return [];
  return Object.entries(written).flatMap(([operator, keys]) =>
    Object.entries(isFields(keys) ? keys : {}).map(([key, values]) => ({
      written: operator.toLowerCase(),
      operator: operator
        .toLowerCase()
        .replace(/^for(any|all)values?:/, "")
        .replace(/ifexists$/, ""),
      isOptional: /^forallvalues:|ifexists$/i.test(operator),
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function texts(value: unknown): readonly string[] {
  return list(value).flatMap((each) => (["string", "boolean", "number"].includes(typeof each) ? [String(each)] : []));
}
