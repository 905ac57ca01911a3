import { Amplify } from "aws-amplify";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { sessionStorage } from "aws-amplify/utils";
import { chosenClinic } from "./clinic-choice.ts";

/** What the page is told by whoever serves it; ids, nothing secret. */
export type PoolConfig = { readonly userPoolId: string; readonly userPoolClientId: string };

/**
 * Points Amplify at the pool. Here everything is behind the page's own origin; on AWS `userPoolEndpoint` is left out and
 * `domain` is the pool's.
 */
export function configurePool({ userPoolId, userPoolClientId }: PoolConfig): void {
  const here = `${location.origin}/`;
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId,
        userPoolClientId,
        userPoolEndpoint: `${location.origin}/cognito-idp`,
        loginWith: {
          email: true,
          oauth: {
            domain: location.host,
            scopes: ["openid", "email", "profile"],
            redirectSignIn: [here],
            redirectSignOut: [here],
            responseType: "code",
          },
        },
      },
    },
  });
  // Amplify's own choice is localStorage, where tokens outlive the tab. Scripts of this page can read either: what keeps
  // others out of it is the page's content security policy.
  cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage);
  // A token that runs out is renewed by itself, and a renewal knows nothing of the one before: without this, people
  // would find themselves in their first clinic again.
  cognitoUserPoolsTokenProvider.setClientMetadataProvider(async (): Promise<{ [name: string]: string }> => {
    const clinic = chosenClinic();
    return clinic === null ? {} : { clinic };
  });
}
