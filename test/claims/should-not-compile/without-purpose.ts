import { defineClaimMap } from "../../../claims/define-claim-map.ts";
import { head, people } from "./base.ts";

defineClaimMap({
  ...head,
  inputs: {
    "user.email": { type: "string", class: "pii" }, // purpose
  },
  profiles: { people },
});
