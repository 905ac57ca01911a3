import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Look } from "../../claims/evaluate/evaluate.ts";
import { rowRequest } from "../../claims/gather/row-request.ts";
import type { KeyTemplates, Plan, PlanSource } from "../../claims/plan.ts";
import { issuerPolicy, poolBinding } from "../../deploy/issuer-policy.ts";
import type { PolicyDocument, Statement } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { sessionOfRole } from "../../local/policy/caller.ts";
import { requestContext } from "../../local/policy/condition.ts";
import { evaluateIdentityPolicies } from "../../local/policy/evaluate.ts";
import { readPolicy } from "../../local/policy/read-policy.ts";
import { aMachine, aPlan, aProfile, aSubject, SUB } from "../claims/a-plan.ts";
import {
  ACCOUNT,
  BILLING_KEY,
  CARE_KEY,
  CLINIC,
  examplePlan,
  ISSUER,
  MAPS,
  newStack,
  POOL_ID,
  PSEUDONYM_KEY,
} from "./a-deployment.ts";

const RESOURCES = {
  tableArn: (name: string) => `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/${name}`,
  keyArn: () => CARE_KEY,
  pseudonymKeyArn: () => PSEUDONYM_KEY,
  logGroupArn: `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/pre-token:*`,
};

type Kind<K extends PlanSource["kind"]> = Extract<PlanSource, { readonly kind: K }>;
const STAFF = aPlan().sources["staff"] as Kind<"row">;
const TEAMS: Kind<"query"> = {
  ...STAFF,
  kind: "query",
  key: { pk: ["TEAM#", { ref: ["user", "sub"] }] },
  order: "ascending",
  limit: 20,
  onMore: "deny",
};

const OLD_FUNCTION = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:old-pre-token`;
const { trust, onMissing, onError, attributes } = STAFF;
const LEGACY: Kind<"chain"> = { kind: "chain", function: OLD_FUNCTION, trust, onMissing, onError, attributes };

/** Every identity policy of a map's stack, its statements resolved where CloudFormation would. */
function policiesOf(name: (typeof MAPS)[number]): readonly PolicyDocument[] {
  return Object.values(newStack(examplePlan(name)).template.Resources)
    .filter((resource) => (resource as { Type: string }).Type === "AWS::IAM::Policy")
    .map(
      (resource) =>
        (resource as unknown as { Properties: { PolicyDocument: PolicyDocument } }).Properties.PolicyDocument,
    );
}

/** Why each statement is there. One without a reason has no place in the policy. */
const REASONS: readonly (readonly [sid: RegExp, reason: string, actions: readonly string[]])[] = [
  [/^Read[A-Z]\w*$/, "a profile reads this source, row by row", ["dynamodb:GetItem"]],
  [/^MakeDataKeysFor[A-Z]\w*$/, "the resource server is sealed for", ["kms:GenerateDataKey"]],
  [/^ReadPublicKeyFor[A-Z]\w*$/, "the resource server is sealed for with its public key", ["kms:GetPublicKey"]],
  [/^EncryptFor[A-Z]\w*$/, "the resource server is sealed for by KMS itself", ["kms:Encrypt"]],
  [/^MakePseudonymRoot$/, "the map makes pseudonyms", ["kms:GenerateMac"]],
  [/^Query[A-Z]\w*$/, "a profile reads rows of this source by query", ["dynamodb:Query"]],
  [/^Invoke[A-Z]\w*$/, "a profile reads what this function answers", ["lambda:InvokeFunction"]],
  [/^WriteOwnLog$/, "Lambda writes what the function prints", ["logs:CreateLogStream", "logs:PutLogEvents"]],
  [/^NoDataKeysForOtherPools$/, "takes away; gives nothing", ["kms:GenerateDataKey"]],
];

describe.for(MAPS)("the trigger's role under %s", (name) => {
  const statements = policiesOf(name).flatMap(({ Statement: each }) => each);

  test("has no statement without a reason, and none that does more", () => {
    const reasons = statements.map(({ Sid }) => REASONS.filter(([sid]) => sid.test(Sid)));
    expect(reasons.map((found) => found.length)).toEqual(statements.map(() => 1));
    expect(statements.map(({ Action }) => Action)).toEqual(reasons.map(([reason]) => reason?.[2]));
  });

  test("has no action that is a pattern and no resource that is not one thing", () => {
    const text = JSON.stringify(statements.map(({ Action, Resource }) => [Action, Resource]));
    expect(text).not.toContain("*");
  });
});

/** A plan that reads by key, together, and by query, seals in every mode, and makes pseudonyms. */
const EVERY_KIND: Plan = aPlan({
  resourceServers: Object.fromEntries(
    (["envelope", "asymmetric", "direct"] as const).map((mode) => [
      mode,
      { identifier: mode, scopes: ["read"], readers: [], claim: `sealed_${mode}`, seal: { key: CARE_KEY, mode } },
    ]),
  ),
  sources: { staff: STAFF, guests: STAFF, teams: TEAMS, legacy: LEGACY },
  profiles: [aProfile({ reads: [{ staff: ["role"], guests: ["phone"], legacy: ["role"] }, { teams: ["name"] }] })],
  pseudonyms: { key: PSEUDONYM_KEY },
});

/** The files of `aws/` that come with these, others that they import included. */
function filesWith(first: readonly string[], seen: Set<string> = new Set()): ReadonlySet<string> {
  for (const file of first) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imported = [...readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) =>
      join(dirname(file), path),
    );
    filesWith(
      imported.filter((path) => path.startsWith("aws/")),
      seen,
    );
  }
  return seen;
}

test("what the role may call is what the trigger calls: no more, no less", () => {
  const files = filesWith(["triggers/trigger.ts", "triggers/invoke.ts"]);
  const commands = [...files].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/new (\w+)Command\(/g)].map(([, command = ""]) => command),
  );
  const { Statement: all } = issuerPolicy(EVERY_KIND, RESOURCES);
  const allowed = all.flatMap(({ Action }) => Action);
  const calls = allowed
    .filter((action) => !action.startsWith("logs:"))
    // The one operation whose permission has another name.
    .map((action) => (action === "lambda:InvokeFunction" ? "Invoke" : action.split(":")[1]));
  expect(new Set(calls)).toEqual(new Set(commands));
});

describe("rows", () => {
  const plan = examplePlan("clinic-eu");
  const document = resolveTemplate(policiesOf("clinic-eu")[0] as PolicyDocument, CLINIC) as unknown as PolicyDocument;
  /** All that keys are built from here: who signs in, and by which client. */
  const look: Look = ([root]) => ({ state: "present", value: root === "client" ? aMachine().clientId : SUB });
  const requests = plan.profiles.flatMap(({ reads, grants }) =>
    reads.flatMap((wave) =>
      Object.entries(wave).map(([source, attributes]) =>
        rowRequest(plan, grants[0] === "user" ? aSubject() : aMachine(), look, {
          source,
          declared: plan.sources[source]!,
          attributes,
        }),
      ),
    ),
  );
  type Asked = {
    readonly source: string;
    readonly leading: string;
    readonly attributes: readonly string[];
    readonly select?: string;
  };
  const asked = requests.flatMap((request): readonly Asked[] => {
    if (request?.kind !== "row") return [];
    const { source, key, attributes } = request;
    return [{ source, leading: Object.values(key)[0] ?? "", attributes: [...Object.keys(key), ...attributes] }];
  });
  const tables: Record<string, string | undefined> = {
    staff: CLINIC.attributes?.["StaffTable"]?.["Arn"],
    partners: CLINIC.attributes?.["PartnersTable"]?.["Arn"],
  };
  const verdict = (
    { source, leading, attributes, select = "SPECIFIC_ATTRIBUTES" }: Asked,
    policy: PolicyDocument = document,
    action = "dynamodb:GetItem",
  ) =>
    evaluateIdentityPolicies([readPolicy(policy, "identity")], {
      caller: sessionOfRole(ISSUER),
      action,
      resource: tables[source] ?? "",
      context: requestContext([
        ["dynamodb:LeadingKeys", [leading]],
        ["dynamodb:Attributes", attributes],
        ["dynamodb:Select", select],
      ]),
    });

  test("every read a sign-in can ask for is allowed", () => {
    expect(asked.map(({ source }) => source)).toEqual(["staff", "partners"]);
    expect(asked.map((each) => verdict(each))).toEqual(["allow", "allow"]);
  });

  test("without the statement of its source, a read is not allowed", () => {
    const without = (source: string): PolicyDocument => ({
      ...document,
      Statement: document.Statement.filter(({ Sid }) => Sid.toLowerCase() !== `read${source}`),
    });
    expect(asked.map((each) => verdict(each, without(each.source)))).toEqual(["silent", "silent"]);
  });

  test.for([
    ["an attribute the map does not read", { attributes: ["pk", "salary"] }],
    ["whole rows, which is what naming no attributes asks for", { attributes: ["pk"], select: "ALL_ATTRIBUTES" }],
    ["rows of another family in the same table", { leading: "PAYROLL#1" }],
  ] as const)("%s is not allowed", ([, change]) => {
    expect(asked.map((each) => verdict({ ...each, ...change }))).toEqual(["silent", "silent"]);
  });

  test("nothing but reading one row by its key is allowed", () => {
    const actions = ["Query", "Scan", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"];
    const verdicts = actions.flatMap((action) => asked.map((each) => verdict(each, document, `dynamodb:${action}`)));
    expect(new Set(verdicts)).toEqual(new Set(["silent"]));
  });
});

const leading = (statement: Statement | undefined) => statement?.Condition?.["ForAllValues:StringLike"];

describe("the statement of a source", () => {
  const statementFor = (key: KeyTemplates, reads: Record<string, readonly string[]> = { staff: ["role"] }) =>
    issuerPolicy(
      aPlan({ sources: { staff: { ...STAFF, key } }, profiles: [aProfile({ reads: [reads] })] }),
      RESOURCES,
    ).Statement.find(({ Sid }) => Sid === "ReadStaff");
  test("names the beginning of its keys, and the end where there is one", () => {
    const sub = { ref: ["user", "sub"] } as const;
    expect(leading(statementFor({ pk: ["STAFF#", sub] }))).toEqual({ "dynamodb:LeadingKeys": ["STAFF#*"] });
    expect(leading(statementFor({ pk: [sub, "#STAFF"] }))).toEqual({ "dynamodb:LeadingKeys": ["*#STAFF"] });
    expect(leading(statementFor({ pk: ["STAFF"], sk: [sub] }))).toEqual({ "dynamodb:LeadingKeys": ["STAFF"] });
  });

  test("says nothing of keys where a key is the subject and nothing else", () => {
    expect(leading(statementFor({ pk: [{ ref: ["user", "sub"] }] }))).toBeUndefined();
  });

  test("takes signs that are patterns to IAM for what they are in the map", () => {
    expect(leading(statementFor({ pk: ["*?$", { ref: ["client", "id"] }] }))).toEqual({
      "dynamodb:LeadingKeys": ["${*}${?}${$}*"],
    });
  });

  test("is not there when no profile reads the source", () => {
    expect(statementFor(STAFF.key, {})).toBeUndefined();
  });

  test("holds what any profile reads, each attribute once", () => {
    const profiles = [
      aProfile({ reads: [{ staff: ["role"] }, { staff: ["limit"] }] }),
      aProfile({ reads: [{ staff: ["limit", "phone"] }] }),
    ];
    const [statement] = issuerPolicy(aPlan({ profiles }), RESOURCES).Statement;
    expect(statement?.Condition?.["ForAllValues:StringEquals"]).toEqual({
      "dynamodb:Attributes": ["pk", "role", "limit", "phone"],
    });
  });
});

describe("sources of one table", () => {
  const sub = { ref: ["user", "sub"] } as const;
  const statements = (guests: KeyTemplates) =>
    issuerPolicy(
      aPlan({
        sources: { staff: STAFF, guests: { ...STAFF, key: guests } },
        profiles: [aProfile({ reads: [{ staff: ["role"] }, { guests: ["phone"] }] })],
      }),
      { ...RESOURCES, tableArn: () => "arn:of:table" },
    ).Statement.filter(({ Sid }) => Sid.startsWith("Read"));

  test("share a statement: a batch asks for rows of both at once", () => {
    expect(statements({ pk: ["GUEST#", sub] })).toEqual([
      {
        Sid: "ReadStaffAndGuests",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:BatchGetItem"],
        Resource: "arn:of:table",
        Condition: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["STAFF#*", "GUEST#*"] },
          "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "role", "phone"] },
          StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
        },
      },
    ]);
  });

  test("of which one is keyed by the subject alone are not told apart by their keys", () => {
    expect(leading(statements({ pk: [sub] })[0])).toBeUndefined();
  });
});

describe("the statement of a query", () => {
  const statementFor = (changes: Partial<Kind<"query">>) =>
    issuerPolicy(
      aPlan({
        sources: { teams: { ...TEAMS, ...changes } },
        profiles: [aProfile({ reads: [{ teams: ["name"] }] })],
      }),
      { ...RESOURCES, tableArn: () => "arn:of:table" },
    ).Statement.find(({ Sid }) => Sid === "QueryTeams");

  test("allows nothing but the query, by its key, for its attributes", () => {
    expect(statementFor({ beginsWith: { sk: ["MEMBER#"] } })).toEqual({
      Sid: "QueryTeams",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: "arn:of:table",
      Condition: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["TEAM#*"] },
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "name"] },
        StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
      },
    });
  });

  test("through an index is for that index, and not for its table", () => {
    const { Resource } = statementFor({ index: "by-team" }) ?? {};
    expect(resolveTemplate(Resource ?? null, CLINIC)).toBe("arn:of:table/index/by-team");
  });

  test("names every key attribute that its table and its index are known to have, and no other's", () => {
    const sub = { ref: ["user", "sub"] } as const;
    const sources = {
      teams: { ...TEAMS, index: "by-team", key: { team: [sub] } },
      staff: { ...STAFF, key: { pk: [sub], sk: ["S"] } },
      grouped: { ...TEAMS, index: "by-team", key: { team: [sub] }, beginsWith: { since: ["20"] } },
      led: { ...TEAMS, index: "by-lead", key: { lead: [sub] } },
      elsewhere: { ...TEAMS, table: "other", key: { id: [sub] } },
    };
    const reads = [{ teams: ["name"] }];
    const { Statement: all } = issuerPolicy(aPlan({ sources, profiles: [aProfile({ reads })] }), RESOURCES);
    expect(all.find(({ Sid }) => Sid === "QueryTeams")?.Condition?.["ForAllValues:StringEquals"]).toEqual({
      "dynamodb:Attributes": ["team", "since", "pk", "sk", "name"],
    });
  });
});

test("a source in code takes no permission of the trigger's", () => {
  const sources = { staff: { ...STAFF, kind: "custom", hook: "staff" } } as const;
  expect(issuerPolicy(aPlan({ sources, resourceServers: {} }), RESOURCES).Statement.map(({ Sid }) => Sid)).toEqual([
    "WriteOwnLog",
  ]);
});

describe("a chained function", () => {
  const chaining = (
    sources: Plan["sources"],
    reads: Record<string, readonly string[]> = { legacy: ["role"] },
  ): PolicyDocument =>
    issuerPolicy(aPlan({ sources, resourceServers: {}, profiles: [aProfile({ reads: [reads] })] }), RESOURCES);
  const verdict = (policy: PolicyDocument, resource: string, action = "lambda:InvokeFunction") =>
    evaluateIdentityPolicies([readPolicy(policy, "identity")], {
      caller: sessionOfRole(ISSUER),
      action,
      resource,
      context: requestContext([]),
    });

  test("may be asked, and no other, nor another version or alias of it", () => {
    const policy = chaining({ legacy: LEGACY });
    expect(verdict(policy, OLD_FUNCTION)).toBe("allow");
    for (const other of [`${OLD_FUNCTION}-2`, `${OLD_FUNCTION}:live`, OLD_FUNCTION.replace("eu-", "us-")]) {
      expect(verdict(policy, other)).toBe("silent");
    }
    const alias = chaining({ legacy: { ...LEGACY, function: `${OLD_FUNCTION}:live` } });
    expect([verdict(alias, `${OLD_FUNCTION}:live`), verdict(alias, OLD_FUNCTION)]).toEqual(["allow", "silent"]);
  });

  test("may be asked, and nothing else be done with it", () => {
    const actions = ["InvokeAsync", "InvokeFunctionUrl", "GetFunction", "UpdateFunctionCode", "AddPermission"];
    const verdicts = actions.map((action) => verdict(chaining({ legacy: LEGACY }), OLD_FUNCTION, `lambda:${action}`));
    expect(new Set(verdicts)).toEqual(new Set(["silent"]));
  });

  test("has one statement, however many sources it is, and none where no profile reads it", () => {
    const sources = { legacy: LEGACY, older: LEGACY, unread: { ...LEGACY, function: `${OLD_FUNCTION}-2` } };
    const { Statement: statements } = chaining(sources, { legacy: ["role"], older: ["role"] });
    expect(statements.slice(0, -1)).toEqual([
      { Sid: "InvokeLegacyAndOlder", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: OLD_FUNCTION },
    ]);
  });

  test("that a variable names is the deployer's to name, for the policy and the function alike", () => {
    const sources = { legacy: { ...LEGACY, function: "${env:OLD_FUNCTION_ARN}" } };
    const plan = aPlan({ sources, profiles: [aProfile({ reads: [{ legacy: ["role"] }] })] });
    const { environment, template } = newStack(plan);
    expect(environment).toEqual({ OLD_FUNCTION_ARN: "${env:OLD_FUNCTION_ARN}" });
    expect(JSON.stringify(template.Resources["IssuerPolicy"])).toContain('"Resource":"${env:OLD_FUNCTION_ARN}"');
  });
});

describe("the binding to the pool", () => {
  test("denies data keys for any other, and for none, on every key the role may use", () => {
    const [binding] = policiesOf("clinic-eu").slice(1);
    expect(resolveTemplate(binding ?? null, CLINIC)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "NoDataKeysForOtherPools",
          Effect: "Deny",
          Action: ["kms:GenerateDataKey"],
          Resource: [CARE_KEY, BILLING_KEY],
          Condition: { StringNotEquals: { "kms:EncryptionContext:claimseal:pool": POOL_ID } },
        },
      ],
    });
  });

  test("is not there for a map that seals nothing", () => {
    expect(poolBinding(aPlan({ resourceServers: {} }), RESOURCES.keyArn, POOL_ID)).toBeUndefined();
  });
});
