import fc from "fast-check";
import { expect, test } from "vitest";
import { createHandles } from "../../../local/user-pool/opaque-handles.ts";

test("a handle is good up to its end, and then known to have been", () => {
  const clock = { ms: 0 };
  const handles = createHandles<string>(() => clock.ms);
  const handle = handles.issue("value", 180);
  clock.ms = 179_999;
  expect(handles.find(handle)).toEqual({ state: "live", value: "value" });
  clock.ms = 180_000;
  expect(handles.find(handle)).toEqual({ state: "expired" });
});

test("what was forgotten, and what was never issued, is unknown", () => {
  const handles = createHandles<string>(() => 0);
  const handle = handles.issue("value", 180);
  handles.forget(handle);
  expect(handles.find(handle)).toEqual({ state: "unknown" });
  expect(handles.find("__proto__")).toEqual({ state: "unknown" });
});

test("the oldest of a hundred thousand makes room for the next", () => {
  const handles = createHandles<number>(() => 0);
  const [first = "", second = ""] = Array.from({ length: 100_001 }, (_, index) => handles.issue(index, 1));
  expect(handles.find(first)).toEqual({ state: "unknown" });
  expect(handles.find(second)).toEqual({ state: "live", value: 1 });
});

test("each handle leads to its own value", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (values) => {
      const handles = createHandles<string>(() => 0);
      const issued = values.map((value) => handles.issue(value, 1));
      expect(issued.map(handles.find)).toEqual(values.map((value) => ({ state: "live", value })));
    }),
  );
});
