// What `npx cdk deploy` runs: node examples/cdk/app.js. The first time clients are placeholders, different ones.
import { App } from "aws-cdk-lib";
import { ClinicStack } from "./clinic-stack.js";

const app = new App();
new ClinicStack(app, "claimseal-clinic-eu-dev", {
  env: { region: "eu-central-1" },
  clients: {
    web: app.node.tryGetContext("web") ?? "none",
    laboratory: app.node.tryGetContext("laboratory") ?? "none_either",
  },
});
