import type { Fields } from "../../cognito/own-fields.ts";

/**
 * What UpdateUserPool takes of a pool, and what each becomes that it is not sent; null for what is then not there.
 * Source: UpdateUserPool and CreateUserPool in the API reference. Assumed: update-resets.
 */
export const SETTING_DEFAULTS: Fields = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
  },
  DeletionProtection: "INACTIVE",
  LambdaConfig: {},
  AutoVerifiedAttributes: null,
  SmsVerificationMessage: null,
  EmailVerificationMessage: null,
  EmailVerificationSubject: null,
  VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
  SmsAuthenticationMessage: null,
  UserAttributeUpdateSettings: null,
  MfaConfiguration: "OFF",
  DeviceConfiguration: null,
  EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
  SmsConfiguration: null,
  UserPoolTags: {},
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  UserPoolAddOns: null,
  AccountRecoverySetting: null,
  UserPoolTier: "ESSENTIALS",
  KeyConfiguration: null,
  IssuerConfiguration: null,
  AcrConfiguration: null,
};
