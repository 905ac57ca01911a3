import { expect, test } from "vitest";
import { createPoolSettings } from "../../../local/user-pool/pool-settings.ts";

const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:claims:live";
const DESCRIBED = { Id: "eu-west-1_AbC", Name: "people", Domain: "people" };

test("a pool tells what it was described as, and Cognito's defaults for the rest", () => {
  expect(createPoolSettings({ ...DESCRIBED, MfaConfiguration: "ON" }).describe()).toEqual({
    ...DESCRIBED,
    MfaConfiguration: "ON",
    DeletionProtection: "INACTIVE",
    LambdaConfig: {},
    UserPoolTags: {},
    UserPoolTier: "ESSENTIALS",
    EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
    VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    Policies: {
      PasswordPolicy: expect.objectContaining({ MinimumLength: 8, TemporaryPasswordValidityDays: 7 }) as object,
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
    },
  });
});

test("an update gives what it leaves out its default, keeps what it cannot change, and tells when it was", () => {
  const settings = createPoolSettings({ ...DESCRIBED, MfaConfiguration: "ON" }, { now: () => 1_700_000_000_900 });
  settings.update({ PoolName: "patients", UserPoolTags: { team: "identity" } });
  expect(settings.describe()).toMatchObject({
    Id: "eu-west-1_AbC",
    Name: "patients",
    Domain: "people",
    MfaConfiguration: "OFF",
    UserPoolTags: { team: "identity" },
    LastModifiedDate: 1_700_000_000,
  });
});

test("the trigger of tokens is told by both members, or by the one it was set by", () => {
  const newer = { PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: FUNCTION } };
  const older = { PreTokenGeneration: FUNCTION };
  const told = (LambdaConfig: object, mirrorsTrigger: boolean): unknown => {
    const settings = createPoolSettings(DESCRIBED, { mirrorsTrigger });
    settings.update({ LambdaConfig });
    return settings.describe()["LambdaConfig"];
  };
  expect(told(newer, true)).toEqual({ ...newer, ...older });
  expect(told(older, true)).toEqual({
    ...older,
    PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: FUNCTION },
  });
  expect([told(newer, false), told(older, false)]).toEqual([newer, older]);
});
