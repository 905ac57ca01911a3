import { defineBackend } from "@aws-amplify/backend";
import { PreTokenClaims } from "claimseal/cdk";
import { auth } from "./auth/resource.ts";

const backend = defineBackend({ auth });

// Access tokens can be changed from this plan on.
backend.auth.resources.cfnResources.cfnUserPool.userPoolTier = "ESSENTIALS";

// In the stack of the pool, which is told of the function there.
const claims = new PreTokenClaims(backend.auth.stack, "Claims", {
  built: ".claimseal",
  userPool: backend.auth.resources.userPool,
  environment: {
    CLINIC_WEB_CLIENT: process.env["CLINIC_WEB_CLIENT"] ?? "none", // the id as text, after the first deployment
    LAB_CLIENT: process.env["LAB_CLIENT"] ?? "none_either",
    BILLING_KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
});

backend.addOutput({ custom: { careKeyArn: claims.outputs["CareApiKeyArn"] ?? "" } });
