import { defineClaimMap } from "../../../claims/define-claim-map.ts";
import { head, inputs, people, resourceServers, sources } from "./base.ts";

defineClaimMap({
  ...head,
  inputs,
  sources,
  resourceServers,
  define: { contact: 'user["email"].lowerAscii()' },
  profiles: {
    people: {
      ...people,
      claims: {
        contact: { value: "def.contact + '!'", to: ["access"], effect: "informs" }, // def.contact is private
      },
    },
  },
});
