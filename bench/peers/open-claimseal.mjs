// `claimseal/open`, as a service configures it.
import { createPrivateKey } from "node:crypto";
import { createOpener } from "../../dist/resource-server/open.js";

export function reader({ poolId, clientId, scope, jwks, server, keyArn, privateKey, mode, kmsUrl, names }) {
  const opener = createOpener({
    resourceServer: server,
    userPoolId: poolId,
    clientId,
    scope,
    map: "bench",
    seal: { mode, keys: [privateKey ? createPrivateKey(privateKey) : keyArn], kmsCallsPerSecond: 1_000_000 },
    jwks: { fetch: async () => jwks },
    kms: { endpoint: kmsUrl },
  });
  return async (token) => {
    const { sealed } = await opener.open(token);
    return Object.fromEntries(names.map((name) => [name, sealed[name].reveal()]));
  };
}
