import { CfnOutput, Stack } from "aws-cdk-lib";
import { FeaturePlan, UserPool } from "aws-cdk-lib/aws-cognito";
import { PreTokenClaims } from "claimseal/cdk";

/** A user pool of this app's own, with the claims of a map that `claimseal build` has built. */
export class ClinicStack extends Stack {
  constructor(scope, id, { built = ".claimseal", clients, ...props }) {
    super(scope, id, props);
    const userPool = new UserPool(this, "UserPool", {
      featurePlan: FeaturePlan.ESSENTIALS,
      signInAliases: { email: true },
      deletionProtection: true,
    });
    const web = userPool.addClient("Web", { preventUserExistenceErrors: true });
    this.claims = new PreTokenClaims(this, "Claims", {
      built,
      userPool,
      environment: {
        CLINIC_WEB_CLIENT: clients.web, // the id as text: `web.userPoolClientId` would close a circle
        LAB_CLIENT: clients.laboratory,
        BILLING_KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      },
    });
    new CfnOutput(this, "WebClientId", { value: web.userPoolClientId });
  }
}
