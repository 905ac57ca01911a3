import { defineClaimMap } from "../../../claims/define-claim-map.ts";
import { head, inputs, people, resourceServers, sources } from "./base.ts";

defineClaimMap({
  ...head,
  inputs,
  sources,
  resourceServers,
  profiles: {
    people: {
      ...people,
      claims: {
        role: { value: "staff.role", to: ["access"] }, // effect
      },
    },
  },
});
