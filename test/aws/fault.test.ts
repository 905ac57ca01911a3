import { describe, expect, test } from "vitest";
import { type Fault, faultOf } from "../../aws/fault.ts";

const answered = (name: string, httpStatusCode: number, $metadata: object = {}): unknown => ({
  name,
  $fault: httpStatusCode < 500 ? "client" : "server",
  $metadata: { httpStatusCode, ...$metadata },
});

describe("what a failed send says of the next one", () => {
  test.for<readonly [Fault, string, number]>([
    ["refused", "AccessDeniedException", 400],
    ["refused", "ResourceNotFoundException", 400],
    ["refused", "ValidationException", 400],
    ["refused", "UnrecognizedClientException", 400],
    ["refused", "MissingAuthenticationTokenException", 400],
    ["refused", "ExpiredTokenException", 403],
    ["refused", "DisabledException", 400],
    ["refused", "KMSInvalidStateException", 400],
    ["refused", "NotFoundException", 400],
    ["refused", "InvalidSignatureException", 400],
    ["refused", "SomethingNobodyKnows", 400],
    ["throttled", "ProvisionedThroughputExceededException", 400],
    ["throttled", "ThrottlingException", 400],
    ["throttled", "RequestLimitExceeded", 400],
    ["throttled", "LimitExceededException", 400],
    ["throttled", "TooManyRequestsException", 429],
    ["throttled", "SomethingNobodyKnows", 429],
    ["lost", "InternalServerError", 500],
    ["lost", "KMSInternalException", 500],
    ["lost", "KeyUnavailableException", 500],
    ["lost", "DependencyTimeoutException", 503],
    ["lost", "ServiceUnavailable", 503],
    ["lost", "RequestTimeoutException", 408],
    ["lost", "RequestAbortedException", 400],
    ["lost", "Unknown", 302],
  ])("%s: %s with status %i", ([fault, name, status]) => {
    expect(faultOf(answered(name, status))).toBe(fault);
  });

  test.for<readonly [Fault, string]>([
    ["stale", "ECONNRESET"],
    ["stale", "EPIPE"],
    ["lost", "ECONNREFUSED"],
    ["lost", "ETIMEDOUT"],
    ["lost", "ENOTFOUND"],
    ["lost", "EAI_AGAIN"],
    ["lost", "HPE_INVALID_CONSTANT"],
  ])("%s: %s on the wire", ([fault, code]) => {
    expect(faultOf(Object.assign(new Error("x"), { name: "TimeoutError", code }))).toBe(fault);
  });

  test("stale: a signature that was refused for a clock the SDK has set since", () => {
    expect(faultOf(answered("InvalidSignatureException", 400, { clockSkewCorrected: true }))).toBe("stale");
  });

  test("lost: a page that is no answer, whatever its status", () => {
    const error = Object.assign(new SyntaxError("<html>"), { $metadata: { httpStatusCode: 403 } });
    expect(faultOf(error)).toBe("lost");
  });

  test.for([undefined, null, "text", 7, new Error("x")])("lost: whatever else is thrown, such as %o", (error) => {
    expect(faultOf(error)).toBe("lost");
  });
});
