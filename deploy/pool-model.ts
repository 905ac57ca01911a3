/**
 * What stands under a name of the user pools API: a plain value or a list of them; the members of a structure, or of
 * every structure of a list; or, under `*`, whatever is kept by names of the owner's own.
 */
export type Shape = "value" | { readonly [member: string]: Shape };

const FUNCTION_VERSION: Shape = { LambdaVersion: "value", LambdaArn: "value" };

/**
 * Everything `UpdateUserPool` takes of what `DescribeUserPool` tells, to the last member. What is left out of the one
 * goes back to Cognito's default, so every setting of a pool has to be in here, or the pool is not touched.
 *
 * `test/deploy/pool-model.test.ts` holds it to the types of the SDK that is installed, in both directions.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
export const SETTINGS: { readonly [setting: string]: Shape } = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: "value",
      RequireUppercase: "value",
      RequireLowercase: "value",
      RequireNumbers: "value",
      RequireSymbols: "value",
      PasswordHistorySize: "value",
      TemporaryPasswordValidityDays: "value",
    },
    SignInPolicy: { AllowedFirstAuthFactors: "value" },
  },
  DeletionProtection: "value",
  LambdaConfig: {
    PreSignUp: "value",
    CustomMessage: "value",
    PostConfirmation: "value",
    PreAuthentication: "value",
    PostAuthentication: "value",
    DefineAuthChallenge: "value",
    CreateAuthChallenge: "value",
    VerifyAuthChallengeResponse: "value",
    PreTokenGeneration: "value",
    UserMigration: "value",
    PreTokenGenerationConfig: FUNCTION_VERSION,
    CustomSMSSender: FUNCTION_VERSION,
    CustomEmailSender: FUNCTION_VERSION,
    KMSKeyID: "value",
    InboundFederation: FUNCTION_VERSION,
  },
  AutoVerifiedAttributes: "value",
  SmsVerificationMessage: "value",
  EmailVerificationMessage: "value",
  EmailVerificationSubject: "value",
  VerificationMessageTemplate: {
    SmsMessage: "value",
    EmailMessage: "value",
    EmailSubject: "value",
    EmailMessageByLink: "value",
    EmailSubjectByLink: "value",
    DefaultEmailOption: "value",
  },
  SmsAuthenticationMessage: "value",
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: "value" },
  MfaConfiguration: "value",
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: "value", DeviceOnlyRememberedOnUserPrompt: "value" },
  EmailConfiguration: {
    SourceArn: "value",
    ReplyToEmailAddress: "value",
    EmailSendingAccount: "value",
    From: "value",
    ConfigurationSet: "value",
  },
  SmsConfiguration: {
    SnsCallerArn: "value",
    ExternalId: "value",
    SnsRegion: "value",
    EumsSms: {
      CallerArn: "value",
      ExternalId: "value",
      OriginationIdentity: "value",
      ConfigurationSetName: "value",
      InEntityId: "value",
      InTemplateId: "value",
      Region: "value",
    },
  },
  UserPoolTags: { "*": "value" },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: "value",
    UnusedAccountValidityDays: "value",
    InviteMessageTemplate: { SMSMessage: "value", EmailMessage: "value", EmailSubject: "value" },
  },
  UserPoolAddOns: {
    AdvancedSecurityMode: "value",
    AdvancedSecurityAdditionalFlows: { CustomAuthMode: "value" },
  },
  AccountRecoverySetting: { RecoveryMechanisms: { Priority: "value", Name: "value" } },
  UserPoolTier: "value",
  KeyConfiguration: { KeyType: "value", KmsKeyArn: "value" },
  IssuerConfiguration: { Type: "value" },
  AcrConfiguration: { "*": { AcrValue: "value" } },
};

/** What `DescribeUserPool` tells and `UpdateUserPool` neither takes nor changes. `Name` is taken as `PoolName`. */
export const FIXED: readonly string[] = [
  "Id",
  "Name",
  "Arn",
  "CreationDate",
  "SchemaAttributes",
  "AliasAttributes",
  "UsernameAttributes",
  "UsernameConfiguration",
  "Domain",
  "CustomDomain",
];

/** What `DescribeUserPool` tells of the moment: it may differ from one reading to the next. */
export const PASSING: readonly string[] = [
  "Status",
  "LastModifiedDate",
  "EstimatedNumberOfUsers",
  "SmsConfigurationFailure",
  "EmailConfigurationFailure",
];
