import type { MapPath } from "../../claims/claim-map.ts";
import type { RowRequest } from "../../claims/facts.ts";
import { declarationPath } from "../../claims/language/reference.ts";
import type { Reference } from "../../claims/plan.ts";
import { writtenPath } from "../map-tests/written-path.ts";
import type { Location } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";
import type { PlayWorld, ReadTexts } from "./world.ts";

/** Where the steps of a trace are, in the four texts. */
export type TracePlaces = {
  readonly inMap: (path: MapPath) => Location | null;
  readonly ofDeclaration: (reference: Reference) => Location | null;
  readonly inEvent: (reference: Reference) => Location | null;
  /** The first row that answers a request. */
  readonly ofRow: (request: RowRequest) => Location | null;
  /** One of its attributes. */
  readonly ofAttribute: (request: RowRequest | undefined, reference: Reference) => Location | null;
};

export function tracePlaces({ read, at }: PlayedMap, texts: ReadTexts, { tables }: PlayWorld): TracePlaces {
  const inMap = (path: MapPath): Location | null => at(read ? writtenPath(read.map, path) : path);
  const rowPath = (request: RowRequest): readonly [keyof ReadTexts, MapPath] | null => {
    if (request.kind === "custom") return ["setting", ["hooks", request.hook]];
    if (request.kind === "chain") return ["setting", ["chain", request.source]];
    const rows = Object.hasOwn(tables, request.table) ? (tables[request.table] ?? []) : [];
    const begins = Object.entries(request.kind === "query" ? request.beginsWith : {});
    const index = rows.findIndex(
      (row) =>
        Object.entries(request.key).every(([name, value]) => row[name] === value) &&
        begins.every(([name, start]) =>
          JSON.stringify(row[name] ?? null).startsWith(JSON.stringify(start).slice(0, -1)),
        ),
    );
    return index < 0 ? null : ["rows", [request.table, String(index)]];
  };
  return {
    inMap,
    ofDeclaration: (reference) => {
      const [root, name] = reference;
      const isBuiltIn = root === "request" || root === "now" || (root === "client" && name === "id");
      return isBuiltIn || (root === "user" && name === "sub") ? null : inMap(declarationPath(reference));
    },
    inEvent: (reference) => {
      const path = eventPath(reference);
      return path && texts.event.at(path);
    },
    ofRow: (request) => {
      const found = rowPath(request);
      return found && texts[found[0]].at(found[1]);
    },
    ofAttribute: (request, [, attribute = ""]) => {
      const found = request && rowPath(request);
      return found ? texts[found[0]].at([...found[1], attribute]) : null;
    },
  };
}

/** Where Cognito puts what a reference reads. */
function eventPath([root, name = "", input = ""]: Reference): MapPath | null {
  if (root === "user") {
    return name === "groups"
      ? ["request", "groupConfiguration", "groupsToOverride"]
      : ["request", "userAttributes", name];
  }
  if (root === "client") return name === "id" ? ["callerContext", "clientId"] : ["request", "clientMetadata", input];
  if (root !== "request") return null;
  return name === "scopes" ? ["request", "scopes"] : ["triggerSource"];
}
