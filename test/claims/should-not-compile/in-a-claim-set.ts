import { defineClaimMap } from "../../../claims/define-claim-map.ts";
import { head, inputs, people, resourceServers, sources } from "./base.ts";

defineClaimMap({
  ...head,
  inputs,
  sources,
  resourceServers,
  claimSets: {
    shared: {
      claims: {
        mail: { value: "user.email", to: ["access"], effect: "informs" }, // user.email is private
      },
    },
  },
  profiles: { people: { ...people, use: ["shared"] } },
});
