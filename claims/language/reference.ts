import type { MapPath } from "../claim-map.ts";
import type { Reference } from "../plan.ts";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A reference as an expression writes it: `staff.profession`, `user["custom:employer"]`. */
export function printReference([root, ...rest]: Reference): string {
  return root + rest.map((name) => (IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join("");
}

/** The reference an entry of `inputs` declares; `undefined` for a name that is neither a person's nor a caller's. */
export function inputReference(name: string): Reference | undefined {
  if (name.startsWith("client.metadata.")) return ["client", "metadata", name.slice("client.metadata.".length)];
  return name.startsWith("user.") ? ["user", name.slice("user.".length)] : undefined;
}

/** Where a map declares what a reference reads. */
export function declarationPath([root, ...rest]: Reference): MapPath {
  if (root === "user" || root === "client") return ["inputs", [root, ...rest].join(".")];
  if (root === "tenant" || root === "partition") return [root];
  if (root === "def") return ["define", ...rest];
  return rest.length === 0 ? ["sources", root] : ["sources", root, "attributes", ...rest];
}
