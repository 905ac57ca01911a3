import type { GroupConfiguration } from "../../cognito/trigger-event.ts";
import { UserPoolError } from "./error.ts";

/** A group of the pool. */
export type PoolGroup = {
  readonly name: string;
  readonly roleArn?: string;
  /** Zero or more; the lowest wins. */
  readonly precedence?: number;
};

/** The pool's groups by name. */
export type PoolGroups = {
  /** @throws {UserPoolError} `GroupExistsException`. */
  readonly create: (group: PoolGroup) => void;
  /** @throws {UserPoolError} `ResourceNotFoundException`. */
  readonly get: (name: string) => PoolGroup;
  readonly has: (name: string) => boolean;
};

/** An empty set of groups. */
export function createGroups(): PoolGroups {
  const groups = new Map<string, PoolGroup>();
  return {
    create: (group) => {
      if (groups.has(group.name))
        throw new UserPoolError("GroupExistsException", "A group with the name already exists.");
      groups.set(group.name, group);
    },
    get: (name) => {
      const group = groups.get(name);
      if (group === undefined) throw new UserPoolError("ResourceNotFoundException", "Group not found.");
      return group;
    },
    has: (name) => groups.has(name),
  };
}

/**
 * A person's groups as the trigger is told of them: names, the roles behind them, and the role of the group with the
 * lowest precedence. Two different roles at that precedence leave no role preferred.
 * Assumed: group-order.
 *
 * Source: Amazon Cognito developer guide, "Adding groups to a user pool".
 */
export function groupConfiguration(memberships: readonly PoolGroup[]): GroupConfiguration {
  const withRole = memberships.flatMap(({ roleArn, precedence }) =>
    roleArn === undefined ? [] : [{ roleArn, precedence: precedence ?? Number.POSITIVE_INFINITY }],
  );
  const lowest = Math.min(...withRole.map(({ precedence }) => precedence));
  const preferred = new Set(withRole.filter(({ precedence }) => precedence === lowest).map(({ roleArn }) => roleArn));
  const [only] = preferred;
  return {
    groupsToOverride: memberships.map(({ name }) => name),
    iamRolesToOverride: [...new Set(withRole.map(({ roleArn }) => roleArn))],
    preferredRole: preferred.size === 1 && only !== undefined ? only : null,
  };
}
