import type { PolicyDocument, PolicyStatement } from "../../local/policy/policy.ts";

/** Something that somebody may ask, and what has to become of it. */
export type Probe = {
  readonly what: string;
  readonly expected: string;
  /** `allowed`, or the name of the error. */
  readonly ask: () => Promise<string>;
};

/** Policies that are in force together, and everything that is asked under them. */
export type Guarded = {
  readonly policies: readonly PolicyDocument[];
  readonly put: (policies: readonly PolicyDocument[]) => void;
  readonly probes: readonly Probe[];
  /** Statements of one effect alone are changed; all of them otherwise. */
  readonly changing?: PolicyStatement["Effect"];
  /** Changes that change nothing, because no request could tell. */
  readonly equivalent?: readonly string[];
};

export const DENIED = "AccessDeniedException";

type MakeProbe = (what: string, ask: Probe["ask"]) => Probe;

export const allowed: MakeProbe = (what, ask) => ({ what, expected: "allowed", ask });
export const denied: MakeProbe = (what, ask) => ({ what, expected: DENIED, ask });

/** What became of a request. */
export function outcomeOf(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => "allowed",
    (error: Error) => error.name,
  );
}

/** The probes that do not end as they must under the policies in force, as many of them as are asked for. */
export async function wrong({ probes }: Guarded, most: number = probes.length): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { what, expected, ask } of probes) {
    const outcome = await ask();
    if (outcome !== expected) found.push(`${what}: ${outcome}`);
    if (found.length === most) break;
  }
  return found;
}

/** The changes of policies that no probe notices. All is put back in the end. */
export async function unnoticed(guarded: Guarded): Promise<readonly string[]> {
  const { policies, put, changing, equivalent = [] } = guarded;
  const survivors: string[] = [];
  for (const [change, changed] of changesOf(policies, changing)) {
    put(changed);
    const isNoticed = (await wrong(guarded, 1)).length > 0;
    if (isNoticed === equivalent.includes(change)) survivors.push(change);
  }
  put(policies);
  return survivors;
}

type Change = readonly [what: string, policies: readonly PolicyDocument[]];

/** Policies without one statement, without one condition, or with one statement over all resources or actions. */
function changesOf(policies: readonly PolicyDocument[], changing: Guarded["changing"]): readonly Change[] {
  return policies.flatMap((policy, index) => {
    const statements = statementsOf(policy);
    const put = (changed: readonly PolicyStatement[]): readonly PolicyDocument[] =>
      policies.toSpliced(index, 1, ...(changed.length > 0 ? [{ ...policy, Statement: changed }] : []));
    return statements.flatMap((statement, at): readonly Change[] => {
      if (changing !== undefined && statement.Effect !== changing) return [];
      const swap = (changed: PolicyStatement): readonly PolicyDocument[] => put(statements.toSpliced(at, 1, changed));
      const sid = statement.Sid ?? "";
      return [
        [`without ${sid}`, put(statements.toSpliced(at, 1))],
        ...conditionsOf(statement).map(([operator, key]): Change => {
          return [`${sid} without ${operator} ${key}`, swap(withoutCondition(statement, operator, key))];
        }),
        ...(statement.Effect === "Allow" ? widened(statement).map(([what, wide]): Change => [what, swap(wide)]) : []),
      ];
    });
  });
}

/** A key's policy is about that key; an identity's could be about others, and about more than its actions. */
function widened(statement: PolicyStatement): readonly (readonly [string, PolicyStatement])[] {
  const [action = ""] = [statement.Action ?? []].flat();
  const wide = { ...statement, Action: `${action.split(":")[0]}:*` };
  const all = { ...statement, Resource: "*" };
  return [
    [`${statement.Sid} for ${wide.Action}`, wide],
    ...(statement.Resource === "*" ? [] : [[`${statement.Sid} on everything`, all] as const]),
  ];
}

function conditionsOf({ Condition = {} }: PolicyStatement): readonly (readonly [operator: string, key: string])[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): readonly [string, string] => [operator, key]),
  );
}

function withoutCondition(statement: PolicyStatement, operator: string, key: string): PolicyStatement {
  const { [operator]: keys = {}, ...others } = statement.Condition ?? {};
  const rest = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== key));
  return { ...statement, Condition: { ...others, ...(Object.keys(rest).length > 0 && { [operator]: rest }) } };
}

function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return Array.isArray(Statement) ? Statement : [Statement as PolicyStatement];
}
