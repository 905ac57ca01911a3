import type { Caller } from "./caller.ts";

/** The condition keys that every request fills, whatever the service (IAM User Guide, "Global condition context keys"). */
export function globalConditions(caller: Caller, region: string): readonly (readonly [key: string, value: string])[] {
  return [
    ["aws:PrincipalArn", caller.roleArn],
    ["aws:PrincipalAccount", caller.account],
    ["aws:PrincipalType", "AssumedRole"],
    ["aws:RequestedRegion", region],
    // Loopback stands for the endpoint, which is only ever asked over TLS.
    ["aws:SecureTransport", "true"],
  ];
}
