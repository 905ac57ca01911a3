import type { Plan, PlanSource } from "../../claims/plan.ts";
import { aPlan, aProfile } from "../claims/a-plan.ts";
import { ACCOUNT } from "./a-deployment.ts";
import { HOME } from "./table-probes.ts";

/** A plan with everything that any policy is about: rows alone and together, queries, an index, every mode, a chain. */
export function aPlanWithEverything(): Plan {
  const text = { type: "string", class: "open" } as const;
  const base = {
    trust: "operator",
    consistent: false,
    onMissing: "deny",
    onError: "deny",
    attributes: { role: text },
  } as const;
  const query = { kind: "query", order: "ascending", limit: 5, onMore: "deny", ...base } as const;
  const sub = { ref: ["user", "sub"] } as const;
  const sources: { readonly [name: string]: PlanSource } = {
    staff: { ...base, kind: "row", table: "people", key: { pk: ["STAFF#", sub] } },
    guests: { ...base, kind: "row", table: "people", key: { pk: ["GUEST#", sub] } },
    anybody: { ...base, kind: "row", table: "anybody", key: { id: [sub] } },
    teams: { ...query, table: "teams", key: { person: ["P#", sub] }, beginsWith: { team: ["T#"] } },
    leads: { ...query, table: "teams", index: "by-lead", key: { lead: ["L#", sub] } },
    legacy: {
      kind: "chain",
      function: `arn:aws:lambda:${HOME}:${ACCOUNT}:function:old-pre-token`,
      trust: "operator",
      onMissing: "deny",
      onError: "deny",
      attributes: { role: text },
    },
  };
  const { seal: _, ...server } = aPlan().resourceServers["care-api"]!;
  const modes = ["envelope", "asymmetric", "direct"] as const;
  return aPlan({
    sources,
    resourceServers: Object.fromEntries(
      modes.map((mode) => [
        mode,
        {
          ...server,
          identifier: `${mode}-api`,
          readers: [`arn:aws:iam::${ACCOUNT}:role/${mode}`],
          seal: { key: `\${env:${mode.toUpperCase()}_KEY}`, mode },
        },
      ]),
    ),
    pseudonyms: { key: "${env:PSEUDONYM_KEY}" },
    profiles: [
      aProfile({
        reads: [
          { staff: ["role"], guests: ["role"], anybody: ["role"], legacy: ["role"] },
          { teams: ["role"], leads: ["role"] },
        ],
      }),
    ],
  });
}
