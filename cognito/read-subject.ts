import { fields, malformed, text } from "./event-fields.ts";
import { type Fields, isNothing, own } from "./own-fields.ts";
import type { Subject } from "./subject.ts";
import type { GroupConfiguration } from "./trigger-event.ts";

/**
 * Reads a trigger event of any version. Takes the fields it needs and leaves the rest alone, because AWS announces
 * that events grow and that strict functions break ("Customizing user pool workflows with Lambda triggers"): unknown
 * fields, sources and versions pass.
 *
 * @throws {CognitoError} `EVENT_MALFORMED` when a needed field is missing or of another type; names the field only.
 */
export function readSubject(event: unknown): Subject {
  const envelope = fields(event, "event");
  const request = fields(own(envelope, "request"), "request");
  const clientId = text(
    own(fields(own(envelope, "callerContext"), "callerContext"), "clientId"),
    "callerContext.clientId",
  );
  const trigger = text(own(envelope, "triggerSource"), "triggerSource");
  const machine = trigger === "TokenGeneration_ClientCredentials";
  const attributes = machine
    ? new Map<string, string>()
    : textMap(own(request, "userAttributes"), "request.userAttributes");
  const groupConfiguration = groupsOf(own(request, "groupConfiguration"));
  const shape = shapeOf(request, own(envelope, "response"));
  return {
    shape,
    poolId: text(own(envelope, "userPoolId"), "userPoolId"),
    region: text(own(envelope, "region"), "region"),
    clientId,
    grant: machine ? "client_credentials" : "user",
    trigger,
    userName: text(own(envelope, "userName"), "userName"),
    sub: machine ? clientId : text(attributes.get("sub"), "request.userAttributes.sub"),
    attributes,
    groups: groupConfiguration?.groupsToOverride ?? [],
    groupConfiguration,
    scopes: shape === "V1" ? [] : texts(own(request, "scopes"), "request.scopes"),
    metadata: textMap(own(request, "clientMetadata"), "request.clientMetadata"),
  };
}

/** V1 is what lacks both marks of V2. The `version` field is no mark: emulators send "1" with V2 content. */
function shapeOf(request: Fields, response: unknown): "V1" | "V2" {
  if (own(request, "scopes") !== undefined) return "V2";
  if (isNothing(response)) return "V1";
  return own(fields(response, "response"), "claimsAndScopeOverrideDetails") === undefined ? "V1" : "V2";
}

/** Null for machines and wherever Cognito sends none. `preferredRole` is an array in AWS's own console sample. */
function groupsOf(value: unknown): GroupConfiguration | null {
  if (isNothing(value)) return null;
  const place = "request.groupConfiguration";
  const groups = fields(value, place);
  const role = own(groups, "preferredRole");
  return {
    groupsToOverride: texts(own(groups, "groupsToOverride"), `${place}.groupsToOverride`),
    iamRolesToOverride: texts(own(groups, "iamRolesToOverride"), `${place}.iamRolesToOverride`),
    preferredRole: isNothing(role) || typeof role === "string" ? (role ?? null) : texts(role, `${place}.preferredRole`),
  };
}

/** A list of texts; nothing at all is an empty one. */
function texts(value: unknown, place: string): readonly string[] {
  if (isNothing(value)) return [];
  // Spread, so that a hole counts as the undefined it would become.
  const items: unknown[] = Array.isArray(value) ? [...value] : [value];
  if (!Array.isArray(value) || !items.every((item) => typeof item === "string"))
    throw malformed(place, "a list of texts");
  return items;
}

/** A map of texts by own name; nothing at all is an empty one. A `Map`, so that `__proto__` is a name like any other. */
function textMap(value: unknown, place: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  if (isNothing(value)) return map;
  for (const [name, item] of Object.entries(fields(value, place))) {
    if (typeof item !== "string") throw malformed(place, "an object of texts");
    map.set(name, item);
  }
  return map;
}
