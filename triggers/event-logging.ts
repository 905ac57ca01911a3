import { ClaimsError } from "../claims/claims-error.ts";

/** A variable by which something in the process would print events, requests or their bodies. */
type Leak = { readonly variable: string; readonly isOn: (value: string) => boolean };

const isTrue = (value: string): boolean => !["", "0", "false", "no", "off", "n", "f"].includes(value.toLowerCase());

/**
 * Switches of Node and of widely used layers that print what a sign-in is made of. An event is a person's whole profile,
 * and the bodies of requests are keys and rows.
 */
const LEAKS: readonly Leak[] = [
  { variable: "POWERTOOLS_LOGGER_LOG_EVENT", isOn: isTrue },
  { variable: "DD_CAPTURE_LAMBDA_PAYLOAD", isOn: isTrue },
  { variable: "DD_TRACE_DEBUG", isOn: isTrue },
  { variable: "OTEL_LOG_LEVEL", isOn: (value) => /^(debug|verbose|all)$/i.test(value) },
  { variable: "NODE_DEBUG", isOn: (value) => value !== "" },
  { variable: "NODE_DEBUG_NATIVE", isOn: (value) => value !== "" },
];

/**
 * Refuses to start where something would log events.
 *
 * @throws {ClaimsError} `EVENT_LOGGING` naming the variables.
 */
export function refuseEventLogging(environment: { readonly [name: string]: string | undefined }): void {
  const on = eventLoggingIn(environment);
  if (on.length === 0) return;
  throw new ClaimsError("EVENT_LOGGING", `these would print people's data; remove them: ${on.join(", ")}`);
}

/** The names of variables by which something would log events. */
export function eventLoggingIn(environment: { readonly [name: string]: string | undefined }): readonly string[] {
  return LEAKS.filter(({ variable, isOn }) => isOn(environment[variable] ?? "")).map(({ variable }) => variable);
}

/** Every variable that is looked at. */
export const EVENT_LOGGING_VARIABLES: readonly string[] = LEAKS.map(({ variable }) => variable);
