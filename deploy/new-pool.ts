import type { TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";

/** What a pool takes over from a map, and what it is called. */
export type PoolOf = {
  readonly name: TemplateValue;
  /** Its custom attributes. */
  readonly schema: TemplateValue;
  /** Its triggers, by `LambdaConfig`'s own names. */
  readonly lambdaConfig: { readonly [trigger: string]: TemplateValue };
};

/**
 * A pool and its first client, as `serverless.yml` has them: usernames that are nobody's name, nothing verified that
 * changes before it is, no attribute that people write and a map trusts. It outlives its stack.
 */
export function newPool({ name, schema, lambdaConfig }: PoolOf): Pick<Template, "Resources" | "Outputs"> {
  return {
    Resources: {
      UserPool: {
        Type: "AWS::Cognito::UserPool",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          UserPoolName: name,
          UserPoolTier: "ESSENTIALS",
          DeletionProtection: "ACTIVE",
          // The username is then a UUID: it stands in every access token.
          UsernameAttributes: ["email"],
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ["email"],
          UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
          AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
          MfaConfiguration: "OPTIONAL",
          EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
          Policies: { PasswordPolicy: PASSWORDS },
          Schema: schema,
          LambdaConfig: lambdaConfig,
        },
      },
      // Not `WebClient`: a map's `WEB_CLIENT` is a parameter of that name.
      UserPoolWebClient: {
        Type: "AWS::Cognito::UserPoolClient",
        Properties: {
          UserPoolId: { Ref: "UserPool" },
          ClientName: "web",
          GenerateSecret: false,
          ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
          PreventUserExistenceErrors: "ENABLED",
          EnableTokenRevocation: true,
          TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days" },
          // What was true at the sign-in stays in the token as long as this.
          AccessTokenValidity: 15,
          IdTokenValidity: 15,
          RefreshTokenValidity: 30,
          WriteAttributes: ["email", "name"],
        },
      },
    },
    Outputs: { WebClientId: { Value: { Ref: "UserPoolWebClient" } } },
  };
}

const PASSWORDS = {
  MinimumLength: 12,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: false,
  TemporaryPasswordValidityDays: 3,
} as const;
