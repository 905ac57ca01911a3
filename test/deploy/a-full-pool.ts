import type { Fields } from "../../cognito/own-fields.ts";

export const POOL_ID = "eu-central-1_FuLLpooL1";
export const POOL_ARN: string = `arn:aws:cognito-idp:eu-central-1:111122223333:userpool/${POOL_ID}`;

export function lambda(name: string): string {
  return `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;
}

/** What nobody may read in a message: values of settings. */
export const SECRETS: readonly string[] = ["9f1c-external", "nora@example.com", "Your code", "111122223333", "arn:aws"];

/** A pool with every field that Cognito has, but for a trigger of tokens. Nothing is as Cognito has it by itself. */
export const FULL_POOL: Fields = {
  Id: POOL_ID,
  Name: "clinic people",
  Arn: POOL_ARN,
  CreationDate: 1_700_000_000,
  LastModifiedDate: 1_710_000_000,
  EstimatedNumberOfUsers: 4711,
  Status: "Enabled",
  SmsConfigurationFailure: "SNSSandbox",
  EmailConfigurationFailure: "none",
  Domain: "clinic",
  CustomDomain: "auth.example.com",
  UsernameConfiguration: { CaseSensitive: false },
  UsernameAttributes: ["email"],
  AliasAttributes: ["preferred_username"],
  SchemaAttributes: [
    {
      Name: "email",
      AttributeDataType: "String",
      DeveloperOnlyAttribute: false,
      Mutable: true,
      Required: true,
      StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
    },
    { Name: "custom:age", AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "0", MaxValue: "150" } },
  ],
  Policies: {
    PasswordPolicy: {
      MinimumLength: 14,
      RequireUppercase: false,
      RequireLowercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
      PasswordHistorySize: 5,
      TemporaryPasswordValidityDays: 2,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN", "EMAIL_OTP"] },
  },
  DeletionProtection: "ACTIVE",
  LambdaConfig: {
    PreSignUp: lambda("pre-sign-up"),
    CustomMessage: lambda("custom-message"),
    PostConfirmation: lambda("post-confirmation"),
    PreAuthentication: lambda("pre-authentication"),
    PostAuthentication: lambda("post-authentication"),
    DefineAuthChallenge: lambda("define-auth-challenge"),
    CreateAuthChallenge: lambda("create-auth-challenge"),
    VerifyAuthChallengeResponse: lambda("verify-auth-challenge"),
    UserMigration: lambda("user-migration"),
    CustomSMSSender: { LambdaVersion: "V1_0", LambdaArn: lambda("sms-sender") },
    CustomEmailSender: { LambdaVersion: "V1_0", LambdaArn: lambda("email-sender") },
    KMSKeyID: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    InboundFederation: { LambdaVersion: "V1_0", LambdaArn: lambda("inbound-federation") },
  },
  AutoVerifiedAttributes: ["email", "phone_number"],
  SmsVerificationMessage: "Your code by SMS is {####}",
  EmailVerificationMessage: "Your code by mail is {####}",
  EmailVerificationSubject: "Your code for the clinic",
  VerificationMessageTemplate: {
    SmsMessage: "Your code by SMS is {####}",
    EmailMessage: "Your code by mail is {####}",
    EmailSubject: "Your code for the clinic",
    EmailMessageByLink: "Confirm {##here##}",
    EmailSubjectByLink: "Your link for the clinic",
    DefaultEmailOption: "CONFIRM_WITH_LINK",
  },
  SmsAuthenticationMessage: "Your code to sign in is {####}",
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email", "phone_number"] },
  MfaConfiguration: "OPTIONAL",
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  EmailConfiguration: {
    SourceArn: "arn:aws:ses:eu-central-1:111122223333:identity/example.com",
    ReplyToEmailAddress: "nora@example.com",
    EmailSendingAccount: "DEVELOPER",
    From: "Clinic <clinic@example.com>",
    ConfigurationSet: "clinic",
  },
  SmsConfiguration: {
    SnsCallerArn: "arn:aws:iam::111122223333:role/sms",
    ExternalId: "9f1c-external",
    SnsRegion: "eu-west-1",
    EumsSms: {
      CallerArn: "arn:aws:iam::111122223333:role/eums",
      ExternalId: "9f1c-external",
      OriginationIdentity: "CLINIC",
      ConfigurationSetName: "clinic",
      InEntityId: "1234",
      InTemplateId: "5678",
      Region: "eu-west-1",
    },
  },
  UserPoolTags: { team: "identity", "cost-centre": "42" },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: true,
    UnusedAccountValidityDays: 2,
    InviteMessageTemplate: {
      SMSMessage: "{username} {####}",
      EmailMessage: "{username} {####}",
      EmailSubject: "Welcome",
    },
  },
  UserPoolAddOns: {
    AdvancedSecurityMode: "ENFORCED",
    AdvancedSecurityAdditionalFlows: { CustomAuthMode: "AUDIT" },
  },
  AccountRecoverySetting: {
    RecoveryMechanisms: [
      { Priority: 1, Name: "verified_phone_number" },
      { Priority: 2, Name: "verified_email" },
    ],
  },
  UserPoolTier: "PLUS",
  KeyConfiguration: { KeyType: "CUSTOMER_MANAGED_KEY", KmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/pool" },
  IssuerConfiguration: { Type: "UPDATED" },
  AcrConfiguration: { level1: { AcrValue: "urn:example:bronze" }, level2: { AcrValue: "urn:example:silver" } },
};
