import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentNames } from "../../claims/bind.ts";
import { PreTokenClaims } from "../../deploy/cdk.ts";
import { cloudFormationParts } from "../../deploy/cloudformation.ts";
import { policiesOf } from "../../deploy/policies.ts";
import { examplePlan } from "./a-deployment.ts";
import { EVERY, folderOf, isEveryVariant, osls, prepare, templateFile, templateOf, type Variant } from "./a-variant.ts";
import { type AnyTemplate, asDeployed, differing } from "./as-deployed.ts";

/*
 * What AWS's own CDK makes of the packaged templates: it takes them in, finds no circle, and says the same of trigger,
 * permission and policies. And what claimseal's construct for it makes of the same maps: the same resources. Packaging
 * and the CDK's validation take seconds, so all of it is for CI: CLAIMSEAL_DEPLOY=all.
 */

const VARIANTS: readonly Variant[] = isEveryVariant ? EVERY : [];

/** It would say again what serverless.test.ts has looked at, and take its time. */
const UNVALIDATED = { builtinCloudFormationValidation: false } as const;

/** The id of a pool that exists. */
const THERE = "eu-central-1_AbCd12345";

/** Where the construct's stack is another one than serverless.yml's, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  ServerlessDeploymentBucket: "the framework makes a bucket for the code; the CDK has one from its bootstrap",
  ServerlessDeploymentBucketPolicy: "the framework makes a bucket for the code; the CDK has one from its bootstrap",
  "PreTokenLambdaFunction.Code": "it lies in that bucket",
  "PreTokenLambdaFunction.Handler": "the framework's zip file has the folder in it, the other what is in the folder",
  "PreTokenLambdaFunction.FunctionName": "the CDK leaves names to CloudFormation",
  "PreTokenLambdaFunction.LoggingConfig": "so the function is told its log group, which Lambda would not find by name",
  "PreTokenLogGroup.LogGroupName": "the CDK leaves names to CloudFormation",
  "PreTokenLambdaVersion.CodeSha256": "the framework has packed the code; the CDK tells it by the id of the version",
  "PreTokenLambdaVersion.UpdateReplacePolicy": "a version that is not the latest is kept to turn back to",
};

/** As serverless.yml calls what the construct makes, by its place in it. */
function called(id: string, { Metadata }: { readonly Metadata?: unknown }): string {
  const { "aws:cdk:path": path = id } = (Metadata ?? {}) as { readonly "aws:cdk:path"?: string };
  const [, ...place] = path.split("/").filter((step) => step !== "Claims" && step !== "Resource");
  return place.join("/").replace("LambdaFunction/CurrentVersion", "LambdaVersion");
}

describe.skipIf(!isEveryVariant)("the CDK", () => {
  describe.for(VARIANTS)("of $map with a pool that is $pool", (variant) => {
    const { map, pool } = variant;
    const root = mkdtempSync(join(tmpdir(), "claimseal-cdk-"));
    const plan = examplePlan(map);
    let template: Template;
    const environment = Object.fromEntries(environmentNames(plan).map((name) => [name, name.toLowerCase()]));

    beforeAll(async () => {
      prepare(root, variant);
      const existing = [`pool=${THERE}`, "tables=existing", "resourceServers=existing"];
      const params = pool === "existing" ? existing.flatMap((each) => ["--param", each]) : [];
      await osls(folderOf(root, variant), ["package", ...params], environment);
      const stack = new Stack(new App({ ...UNVALIDATED, outdir: join(root, "cdk.out") }), "Claimseal");
      new CfnInclude(stack, "Packaged", { templateFile: templateFile(root, variant) });
      template = Template.fromStack(stack);
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
          Match.objectLike({ Sid, Effect, Action, ...(Condition && { Condition }) }),
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
      const refusal = Match.objectLike({ Effect: "Deny", Principal: "*", Action: ["kms:Decrypt"] });
      const key = { EnableKeyRotation: true, KeyPolicy: { Statement: Match.arrayWith([refusal]) } };
      expect(() => {
        template.hasResource("AWS::KMS::Key", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
        template.hasResourceProperties("AWS::KMS::Key", key);
      }).not.toThrow();
    });

    test("the construct makes every resource that serverless.yml does, and tells its service the same", () => {
      const stack = `claimseal-${map}-dev`;
      const { Resources, Outputs } = synthesized(variant);
      const packed = new Map(
        asDeployed(templateOf(root, variant), {
          stack,
          parameters: pool === "existing" ? { UserPool: THERE } : {},
          called: (id, { Type }) => (Type === "AWS::Lambda::Version" ? id.replace(/Version.*/, "Version") : id),
        }),
      );
      const made = new Map(asDeployed({ Resources }, { stack, parameters: {}, called }));
      const configs = [packed, made].map((each) => each.get("UserPool")?.["LambdaConfig"]);
      expect(configs[1]).toEqual(configs[0]);
      // The pool and its clients are the app's own.
      for (const each of ["UserPool", "WebClient"]) for (const deployed of [packed, made]) deployed.delete(each);
      expect(packed.size).toBeGreaterThan(20);
      expect(differing(packed, made)).toEqual(Object.keys(DIFFERENCES).toSorted());
      const outputs = Object.keys(templateOf(root, variant).Outputs).filter(
        (name) => !/^Serverless|Qualified|WebClient|UserPoolId/.test(name),
      );
      expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(outputs));
    });

    /** The construct's stack, without the CDK's validation: serverless.test.ts validates the same resources. */
    function synthesized({ pool: which }: Variant): AnyTemplate & { readonly Outputs: object } {
      const app = new App({
        ...UNVALIDATED,
        outdir: join(root, "made.out"),
        context: { "aws:cdk:enable-path-metadata": true },
      });
      const stack = new Stack(app, "Stack", { stackName: `claimseal-${map}-dev` });
      const isNew = which === "new";
      const variables = Object.entries(cloudFormationParts(plan).tables[which].environment);
      const left = variables.filter(([, value]) => typeof value === "string").map(([name]) => name);
      new PreTokenClaims(stack, "Claims", {
        built: join(folderOf(root, variant), ".claimseal"),
        userPool: isNew ? new UserPool(stack, "UserPool") : UserPool.fromUserPoolId(stack, "UserPool", THERE),
        environment: Object.fromEntries(left.map((name) => [name, environment[name] ?? ""])),
        tables: which,
        resourceServers: which,
        roleName: "${AWS::StackName}-${AWS::Region}-issuer",
      });
      return app.synth().getStackByName(stack.stackName).template as never;
    }
  });
});
