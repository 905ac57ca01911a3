import type { ProviderType } from "./identity-providers.ts";

/** Whatever a provider says, in the names it has for it. All text by AWS's schema; providers send more than that. */
export type ProviderAttributes = { readonly [name: string]: unknown };

/**
 * The Inbound Federation trigger's event and response, version V1_0: what an identity provider sends of a person, before
 * any of it is stored. Everything Cognito owns may grow: nothing here is closed. Events of `@types/aws-lambda` fit.
 *
 * Source: Amazon Cognito developer guide, "Inbound federation Lambda trigger".
 */
export type FederationEvent = {
  readonly version?: string;
  readonly triggerSource: "InboundFederation_ExternalProvider" | (string & {});
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly clientId: string; readonly awsSdkVersion?: string };
  readonly request: {
    /** As the pool calls it. */
    readonly providerName: string;
    readonly providerType: ProviderType | (string & {});
    readonly attributes: {
      /** What the token endpoint gave, the tokens among it. */
      readonly tokenResponse?: ProviderAttributes | null | undefined;
      /** Of providers that are not SAML: the claims of the ID token, verified. */
      readonly idToken?: ProviderAttributes | null | undefined;
      readonly userInfo?: ProviderAttributes | null | undefined;
      readonly samlResponse?: ProviderAttributes | null | undefined;
    };
  };
  readonly response?: FederationResponse | null;
};

export type FederationResponse = {
  /**
   * What the pool's attribute mapping is applied to, in place of what the provider sent. What is not in it is dropped;
   * but an empty one keeps **everything**, as if no function had been asked.
   */
  readonly userAttributesToMap: { readonly [name: string]: string };
};
