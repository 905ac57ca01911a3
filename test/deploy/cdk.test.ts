import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { environmentNames } from "../../claims/bind.ts";
import { policiesOf } from "../../deploy/policies.ts";
import { engineFile } from "../../tools/engine-list.mjs";
import { examplePlan } from "./a-deployment.ts";
import { EVERY, folderOf, isEveryVariant, osls, prepare, templateFile, type Variant } from "./a-variant.ts";

/*
 * What AWS's own CDK makes of the packaged templates: it takes them in, finds no circle, and says the same of trigger,
 * permission and policies. Where aws-cdk-lib is not installed (`node tools/engines.mjs`) this is left out.
 */

const CDK = engineFile("aws-cdk-lib");
const VARIANTS: readonly Variant[] = isEveryVariant ? EVERY : [{ map: "clinic-eu", pool: "new" }];

/** What is used of the library, which is no dependency and so has no types here. */
type Template = {
  readonly hasResourceProperties: (type: string, properties: unknown) => void;
  readonly hasResource: (type: string, resource: unknown) => void;
  readonly resourceCountIs: (type: string, count: number) => void;
  readonly findResources: (type: string) => { readonly [id: string]: { readonly Properties: unknown } };
};
type Cdk = {
  readonly core: {
    readonly App: new (options: { outdir: string }) => object;
    readonly Stack: new (scope: object, id: string) => object;
  };
  readonly include: { readonly CfnInclude: new (scope: object, id: string, file: { templateFile: string }) => object };
  readonly assertions: {
    readonly Template: { readonly fromStack: (stack: object) => Template };
    readonly Match: { readonly arrayWith: (list: unknown[]) => object; readonly objectLike: (like: object) => object };
  };
};

describe.skipIf(CDK === null)("the CDK", () => {
  describe.for(VARIANTS)("of $map with a pool that is $pool", (variant) => {
    const { map, pool } = variant;
    const root = mkdtempSync(join(tmpdir(), "claimseal-cdk-"));
    const plan = examplePlan(map);
    let template: Template;
    let match: Cdk["assertions"]["Match"];

    beforeAll(async () => {
      prepare(root, variant);
      const environment = Object.fromEntries(environmentNames(plan).map((name) => [name, name.toLowerCase()]));
      const existing = ["pool=eu-central-1_AbCd12345", "tables=existing", "resourceServers=existing"];
      const params = pool === "existing" ? existing.flatMap((each) => ["--param", each]) : [];
      await osls(folderOf(root, variant), ["package", ...params], environment);
      const load = createRequire(CDK ?? "");
      const cdk = {
        core: load("aws-cdk-lib"),
        include: load("aws-cdk-lib/cloudformation-include"),
        assertions: load("aws-cdk-lib/assertions"),
      } as Cdk;
      const stack = new cdk.core.Stack(new cdk.core.App({ outdir: join(root, "cdk.out") }), "Claimseal");
      new cdk.include.CfnInclude(stack, "Packaged", { templateFile: templateFile(root, variant) });
      // It says again what serverless.test.ts has looked at, warnings too.
      vi.spyOn(console, "error").mockImplementation(() => {});
      template = cdk.assertions.Template.fromStack(stack);
      vi.restoreAllMocks();
      match = cdk.assertions.Match;
    }, 180_000);
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    test("the trigger: the pool goes by an alias, by the map's event version", () => {
      const alias = { Name: "live", FunctionName: { Ref: "PreTokenLambdaFunction" } };
      expect(() => {
        template.hasResourceProperties("AWS::Lambda::Alias", alias);
        template.resourceCountIs("AWS::Cognito::UserPool", pool === "new" ? 1 : 0);
      }).not.toThrow();
      const config = { LambdaArn: { Ref: "PreTokenProvConcLambdaAlias" }, LambdaVersion: `${plan.events}_0` };
      const pools = Object.values(template.findResources("AWS::Cognito::UserPool")).map(({ Properties }) => Properties);
      const wanted = expect.objectContaining({ LambdaConfig: { PreTokenGenerationConfig: config } });
      expect(pools).toEqual(pools.map(() => wanted));
    });

    test("the permission: this pool, this account, by the alias, and no other", () => {
      const permission = {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: "PreTokenProvConcLambdaAlias" },
        Principal: "cognito-idp.amazonaws.com",
        SourceAccount: { Ref: "AWS::AccountId" },
        SourceArn: {
          "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${UserPool}",
        },
      };
      expect(() => {
        template.resourceCountIs("AWS::Lambda::Permission", 1);
        template.hasResourceProperties("AWS::Lambda::Permission", permission);
      }).not.toThrow();
    });

    test("the policies: those of the map, of one role, statement by statement", () => {
      const named = { role: "issuer", pool: { Ref: "UserPool" }, logGroupArn: null };
      const { trigger, triggerPool } = policiesOf(plan, named);
      const documents = [trigger, triggerPool].map((document) =>
        // What a statement is about, the stack names itself.
        (document?.Statement ?? []).map(({ Sid, Effect, Action, Condition }) =>
          match.objectLike({ Sid, Effect, Action, ...(Condition && { Condition }) }),
        ),
      );
      expect(() => {
        template.resourceCountIs("AWS::IAM::Role", 1);
        template.resourceCountIs("AWS::IAM::Policy", 2);
        for (const Statement of documents) {
          const policy = { Roles: [{ Ref: "IssuerRole" }], PolicyDocument: { Statement } };
          template.hasResourceProperties("AWS::IAM::Policy", policy);
        }
      }).not.toThrow();
    });

    test("the keys: kept when the stack goes, for what they are used for, and closed to everybody else", () => {
      const refusal = match.objectLike({ Effect: "Deny", Principal: "*", Action: ["kms:Decrypt"] });
      const key = { EnableKeyRotation: true, KeyPolicy: { Statement: match.arrayWith([refusal]) } };
      expect(() => {
        template.hasResource("AWS::KMS::Key", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
        template.hasResourceProperties("AWS::KMS::Key", key);
      }).not.toThrow();
    });
  });
});
