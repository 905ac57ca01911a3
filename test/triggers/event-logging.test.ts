import { expect, test } from "vitest";
import { refuseEventLogging } from "../../triggers/event-logging.ts";

test.for([
  ["POWERTOOLS_LOGGER_LOG_EVENT", "true"],
  ["POWERTOOLS_LOGGER_LOG_EVENT", "1"],
  ["POWERTOOLS_LOGGER_LOG_EVENT", "TRUE"],
  ["DD_CAPTURE_LAMBDA_PAYLOAD", "true"],
  ["DD_TRACE_DEBUG", "yes"],
  ["OTEL_LOG_LEVEL", "DEBUG"],
  ["NODE_DEBUG", "http"],
  ["NODE_DEBUG_NATIVE", "http2"],
] as const)("%s=%s stops the start, by name and without its value", ([variable, value]) => {
  expect(() => refuseEventLogging({ [variable]: value })).toThrow(
    expect.objectContaining({
      code: "EVENT_LOGGING",
      message: `these would print people's data; remove them: ${variable}`,
    }),
  );
});

test("all of them are named at once", () => {
  const environment = { NODE_DEBUG: "net", POWERTOOLS_LOGGER_LOG_EVENT: "on", POWERTOOLS_LOG_LEVEL: "DEBUG" };
  expect(() => refuseEventLogging(environment)).toThrow("remove them: POWERTOOLS_LOGGER_LOG_EVENT, NODE_DEBUG");
});

test.for([
  ["POWERTOOLS_LOGGER_LOG_EVENT", "false"],
  ["POWERTOOLS_LOGGER_LOG_EVENT", "0"],
  ["POWERTOOLS_LOGGER_LOG_EVENT", ""],
  ["DD_CAPTURE_LAMBDA_PAYLOAD", "False"],
  ["OTEL_LOG_LEVEL", "INFO"],
  ["NODE_DEBUG", ""],
] as const)("%s=%s starts", ([variable, value]) => {
  expect(() => refuseEventLogging({ [variable]: value })).not.toThrow();
});
