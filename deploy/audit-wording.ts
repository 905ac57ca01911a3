import type { Approval, Trust } from "../claims/plan.ts";
import type { DataFlow } from "../claims/reports/inventory-entry.ts";
import type { DataKey, DataPlace } from "../claims/reports/inventory-places.ts";
import type { Way } from "../claims/reports/inventory-reach.ts";

/** Who can write what is trusted so far. */
export const WRITTEN_BY: { readonly [trust in Trust]: string } = {
  caller: "whoever calls",
  user: "the person themselves",
  idp: "an identity provider",
  operator: "operators",
};

/** What is done with a key. */
export const USES: { readonly [use in DataKey["use"]]: string } = {
  envelope: "seals data keys",
  asymmetric: "opens what its public half seals",
  direct: "seals, by KMS itself",
  pseudonym: "makes pseudonyms",
};

/** How data take part in what a reader gets, in words and the map's names. */
export function wayText({ how, through: [first = "", ...rest] }: Way): string {
  const last = rest.length > 0 ? ` (for ${rest.join(", ")})` : "";
  switch (how) {
    case "value":
      return "its value";
    case "pseudonym":
      return "a pseudonym of it";
    case "condition":
      return "it decides whether";
    case "key":
      return `it chooses the row of ${first}${last}`;
    case "tenant":
    case "partition":
      return `it chooses ${first}${last}`;
    case "cognito":
      return "as Cognito has it";
  }
}

/** What a reader gets it in. */
export function tokenText({ token, form }: Pick<DataFlow, "token" | "form">): string {
  switch (form) {
    case "clear":
      return token === "id" ? "ID token" : "access token, in the clear";
    case "sealed":
      return "access token, sealed";
    case "asked":
      return "Cognito's answer to the access token";
    case "decided":
      return "no token";
    case "stored":
      return "the user pool";
  }
}

/** Where something is, where the map says it. */
export function regionText({ region }: Pick<DataPlace, "region">): string {
  return region ?? "the trigger's own region";
}

/** Which of the partitions it is for; nothing where it is for all. */
export function partitionText({ partitions }: DataPlace): string {
  return partitions.length === 0 ? "" : ` (partition ${partitions.join(", ")})`;
}

/** Who answers for it. A reason without a name stands in the map, and whoever reviewed the map answers for it. */
export function signerText({ approvedBy }: Pick<Approval, "approvedBy">): string {
  return approvedBy ?? "nobody is named";
}
