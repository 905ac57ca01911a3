// The source in code of platform-m2m.claims.yaml: `claimseal build --hooks` deploys it beside the trigger.
//
// A hook is told who the token is for ({ poolId, clientId, grant, sub }: nothing personal) and answers with a row, or with
// null where it knows nobody. Its answer is held against the attributes the map declares; what it throws goes nowhere.
// A real one would ask your tool, with the signal that ends when the sign-in's time is up:
//
//   const response = await fetch(`${process.env.ROTA_URL}/${clientId}`, { signal });
//   return response.ok ? response.json() : null;

const ROTA = new Map([["5importer00000000000000001", { team: "ledger-core", pager: "+44 20 5550100" }]]);

/** Who is on call for a service. */
export async function rota({ clientId }) {
  return ROTA.get(clientId) ?? null;
}
