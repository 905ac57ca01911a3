import { DeployError } from "../deploy-error.ts";
import { nameIdFormats } from "./name-id-formats.ts";
import { type Shaped, shaped, shapeText } from "./shape.ts";

/**
 * A user pool and what belongs to it, in the output shapes of the AWS SDK, cut down to what checks look at: whatever is
 * not named here, secrets of clients and providers among it, never becomes a part of an export.
 *
 * `null` says that AWS has none, a missing member that it was not read: the first may be a finding, the second is never
 * taken for a good sign.
 */
export type PoolExport = Shaped<typeof EXPORT>;

export type ExportedClient = NonNullable<PoolExport["clients"]>[number];
export type ExportedProvider = NonNullable<PoolExport["identityProviders"]>[number];
export type ExportedFunction = NonNullable<PoolExport["functionConfiguration"]>;
export type ExportedKey = NonNullable<PoolExport["keys"]>[number];
export type ExportedTable = NonNullable<PoolExport["tables"]>[number];

const EXPORT = {
  members: {
    v: "number",
    userPool: {
      members: {
        Id: "text",
        Arn: "text",
        UserPoolTier: "text",
        LambdaConfig: {
          members: {
            PreTokenGeneration: "text",
            PreTokenGenerationConfig: { members: { LambdaArn: "text", LambdaVersion: "text" } },
            InboundFederation: { members: { LambdaArn: "text", LambdaVersion: "text" } },
          },
        },
        UsernameAttributes: "texts",
        AliasAttributes: "texts",
        AutoVerifiedAttributes: "texts",
        UserAttributeUpdateSettings: { members: { AttributesRequireVerificationBeforeUpdate: "texts" } },
        SchemaAttributes: [{ members: { Name: "text", Mutable: "flag" } }],
        AdminCreateUserConfig: { members: { AllowAdminCreateUserOnly: "flag" } },
        UserPoolAddOns: { members: { AdvancedSecurityMode: "text" } },
      },
    },
    clients: [
      {
        members: {
          ClientId: "text",
          ClientName: "text",
          ExplicitAuthFlows: "texts",
          AllowedOAuthFlowsUserPoolClient: "flag",
          AllowedOAuthFlows: "texts",
          AllowedOAuthScopes: "texts",
          SupportedIdentityProviders: "texts",
          ReadAttributes: "texts",
          WriteAttributes: "texts",
          AccessTokenValidity: "number",
          IdTokenValidity: "number",
          RefreshTokenValidity: "number",
          TokenValidityUnits: { members: { AccessToken: "text", IdToken: "text", RefreshToken: "text" } },
          PreventUserExistenceErrors: "text",
          EnableTokenRevocation: "flag",
          RefreshTokenRotation: { members: { Feature: "text" } },
        },
      },
    ],
    resourceServers: [{ members: { Identifier: "text", Scopes: [{ members: { ScopeName: "text" } }] } }],
    identityProviders: [
      {
        members: {
          ProviderName: "text",
          ProviderType: "text",
          AttributeMapping: "dictionary",
          /** Not AWS's: what `ProviderDetails.MetadataFile` says of them, which is all that is kept of the details. */
          NameIDFormats: "texts",
        },
      },
    ],
    functionConfiguration: {
      orNull: {
        members: {
          FunctionArn: "text",
          Role: "text",
          Timeout: "number",
          Environment: { members: { Variables: "dictionary", Error: { members: { ErrorCode: "text" } } } },
          Layers: [{ members: { Arn: "text" } }],
          LoggingConfig: { members: { LogFormat: "text", ApplicationLogLevel: "text", LogGroup: "text" } },
        },
      },
    },
    /** Of what the pool's trigger names: the alias, where it names one. */
    functionPolicy: { orNull: { members: { Policy: "text" } } },
    /** Of the function itself, where the trigger names an alias or a version of it. */
    unqualifiedPolicy: { orNull: { members: { Policy: "text" } } },
    /** Of the trigger for what identity providers send, where the pool has one. */
    federationConfiguration: {
      orNull: {
        members: {
          FunctionArn: "text",
          Environment: { members: { Variables: "dictionary", Error: { members: { ErrorCode: "text" } } } },
        },
      },
    },
    federationPolicy: { orNull: { members: { Policy: "text" } } },
    logGroups: [{ members: { logGroupName: "text", retentionInDays: "number" } }],
    tables: [
      {
        members: {
          /** As it was asked for: by the name and in the region that the map, once bound, gives. */
          name: "text",
          region: "text",
          table: {
            orNull: {
              members: {
                TableArn: "text",
                TableStatus: "text",
                AttributeDefinitions: [{ members: { AttributeName: "text", AttributeType: "text" } }],
                KeySchema: [{ members: { AttributeName: "text", KeyType: "text" } }],
                GlobalSecondaryIndexes: [
                  {
                    members: {
                      IndexName: "text",
                      KeySchema: [{ members: { AttributeName: "text", KeyType: "text" } }],
                      Projection: { members: { ProjectionType: "text", NonKeyAttributes: "texts" } },
                    },
                  },
                ],
                LocalSecondaryIndexes: [
                  {
                    members: {
                      IndexName: "text",
                      KeySchema: [{ members: { AttributeName: "text", KeyType: "text" } }],
                      Projection: { members: { ProjectionType: "text", NonKeyAttributes: "texts" } },
                    },
                  },
                ],
              },
            },
          },
          continuousBackups: {
            members: { PointInTimeRecoveryDescription: { members: { PointInTimeRecoveryStatus: "text" } } },
          },
          policy: { orNull: { members: { Policy: "text" } } },
        },
      },
    ],
    keys: [
      {
        members: {
          /** As it was asked for. */
          arn: "text",
          metadata: {
            orNull: {
              members: { Arn: "text", KeyState: "text", KeyUsage: "text", KeySpec: "text", Origin: "text" },
            },
          },
          policy: { members: { Policy: "text" } },
          rotation: { members: { KeyRotationEnabled: "flag" } },
          grants: [{ members: { Name: "text", GranteePrincipal: "text", Operations: "texts" } }],
        },
      },
    ],
    /** What was asked for and not given, and AWS's name for why. */
    notRead: [{ members: { part: "text", why: "text" } }],
  },
} as const;

/**
 * Reads an export, be it AWS's answers, a file that was written of one, or one made by hand of what the AWS CLI prints.
 *
 * @throws {DeployError} `EXPORT_MALFORMED` naming the place that is not as AWS has it.
 */
export function readPoolExport(value: unknown): PoolExport {
  const read = shaped(EXPORT, withNameIdFormats(value), "");
  if (read.v === 1) return read;
  throw new DeployError("EXPORT_MALFORMED", "v: expected 1, the one version of exports there is");
}

/** What an export holds, for the documentation. */
export function exportForm(): string {
  return shapeText(EXPORT);
}

/** Metadata of an identity provider is a document of its own; what of it matters here is how it names people. */
function withNameIdFormats(value: unknown): unknown {
  const given = value as { readonly identityProviders?: unknown } | null | undefined;
  if (!Array.isArray(given?.identityProviders)) return value;
  const identityProviders = (given.identityProviders as readonly unknown[]).map((each) => {
    const provider = each as { readonly ProviderDetails?: { readonly MetadataFile?: unknown } | null } | null;
    const metadata = provider?.ProviderDetails?.MetadataFile;
    return typeof metadata === "string" ? { ...provider, NameIDFormats: nameIdFormats(metadata) } : each;
  });
  return { ...given, identityProviders };
}
