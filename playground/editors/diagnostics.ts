import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Diagnostic as Finding, Place } from "../../local/playground/messages.ts";

/** Where findings stand in a text, and how bad they are, as CodeMirror takes them. */
export function diagnosticsOf(doc: Text, findings: readonly Finding[]): readonly Diagnostic[] {
  return findings.map((finding) => {
    const from = offsetOf(doc, finding.from);
    // What has no length is shown on the character it stands at.
    const to = Math.min(Math.max(offsetOf(doc, finding.to), from + 1), doc.length);
    const { severity, message } = finding;
    return { from: Math.min(from, to), to, severity, message };
  });
}

/** Where a place lies in a text, which may have become shorter since. */
export function offsetOf(doc: Text, { line, column }: Place): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column, 1) - 1, to);
}
