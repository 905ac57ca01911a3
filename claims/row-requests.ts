import type { Subject } from "../cognito/subject.ts";
import { ClaimsError } from "./claims-error.ts";
import type { RowRequest } from "./facts.ts";
import type { Plan, PlanProfile, PlanSource, Reference, TemplatePart } from "./plan.ts";

/**
 * The rows a profile needs for this subject, one request per source it reads.
 *
 * @throws {ClaimsError} `SOURCE_INVALID` when a key cannot be built: a value is empty, or contains a literal of its
 * template and could so pass for another row's key.
 */
export function rowRequests(plan: Plan, profile: PlanProfile, subject: Subject): readonly RowRequest[] {
  return Object.entries(profile.reads).map(([source, attributes]) => {
    const declared = plan.sources[source] as PlanSource;
    return {
      source,
      table: declared.table,
      region: declared.region,
      key: Object.fromEntries(
        Object.entries(declared.key).map(([attribute, template]) => [attribute, fill(source, template, subject)]),
      ),
      attributes,
      consistent: declared.consistent,
    };
  });
}

function fill(source: string, template: readonly TemplatePart[], subject: Subject): string {
  const literals = template.filter((part): part is string => typeof part === "string" && part !== "");
  return template
    .map((part) => {
      if (typeof part === "string") return part;
      const value = keyValue(part.ref, subject);
      if (value === "" || literals.some((literal) => value.includes(literal))) {
        throw new ClaimsError("SOURCE_INVALID", `source "${source}": its key cannot be built for this subject`);
      }
      return value;
    })
    .join("");
}

/** Keys are built from what Cognito itself vouches for: the person's sub, or the client's id. */
function keyValue(reference: Reference, subject: Subject): string {
  switch (reference.join(".")) {
    case "user.sub":
      return subject.grant === "user" ? subject.sub : "";
    case "client.id":
      return subject.clientId;
    default:
      return "";
  }
}
