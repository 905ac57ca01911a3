import type { GroupChange } from "../../cognito/safe-claims.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { World } from "../evaluate/evaluate.ts";
import { listOfTexts } from "../evaluate/list-of-texts.ts";
import type { PlanProfile } from "../plan.ts";

/** What becomes of the groups in both tokens, and which token loses them besides. */
export type GroupsResult = { readonly change: GroupChange; readonly suppressIn: readonly ("access" | "id")[] };

/**
 * Applies `groups`. A filter changes both tokens, since Cognito takes one override for the two; one token alone can only
 * lose its groups altogether.
 */
export function resolveGroups({ groups }: PlanProfile, subject: Subject, world: World): GroupsResult {
  if (subject.grant !== "user") return { change: "leave", suppressIn: [] };
  const { access, id, filter } = groups;
  if (access === "strip" && id === "strip") return { change: "remove", suppressIn: [] };
  const suppressIn = access === "strip" ? (["access"] as const) : id === "strip" ? (["id"] as const) : [];
  if (filter === undefined) return { change: "leave", suppressIn };
  const kept = filter === "native" ? nativeGroups(subject) : mayStay(subject, listOfTexts(filter, world));
  if (kept.length === 0) return { change: "remove", suppressIn: [] };
  return { change: kept.length === subject.groups.length ? "leave" : { keepOnly: kept }, suppressIn };
}

/**
 * Those an administrator made. Cognito puts federated people into a group of its own making, `<pool>_<provider>`, which
 * tells where they come from.
 */
function nativeGroups({ groups, poolId }: Subject): readonly string[] {
  return groups.filter((group) => !group.startsWith(`${poolId}_`));
}

/** Nobody gains a group: what was not sent cannot stay. */
function mayStay({ groups }: Subject, list: readonly string[]): readonly string[] {
  return groups.filter((group) => list.includes(group));
}
