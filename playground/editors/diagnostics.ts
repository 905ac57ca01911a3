import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Diagnostic as Finding, Place } from "../../local/playground/messages.ts";

/** Findings as CodeMirror shows them, each with its way and its remedy. */
export function diagnosticsOf(doc: Text, findings: readonly Finding[]): readonly Diagnostic[] {
  return findings.map((finding) => {
    const from = offsetOf(doc, finding.from);
    // What has no length is shown on the character it stands at.
    const to = Math.min(Math.max(offsetOf(doc, finding.to), from + 1), doc.length);
    const { severity, message } = finding;
    return { from: Math.min(from, to), to, severity, message, renderMessage: () => rendered(finding) };
  });
}

/** Where a place lies in a text, which may have become shorter since. */
export function offsetOf(doc: Text, { line, column }: Place): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

function rendered({ code, message, remedy, flow }: Finding): Node {
  const whole = document.createElement("div");
  whole.append(line("cm-said", `${code}  ${message}`));
  if (flow.length > 0) whole.append(line("cm-flow", flow.join(" → ")));
  if (remedy !== "") whole.append(line("cm-remedy", remedy));
  return whole;
}

function line(className: string, text: string): Node {
  const made = document.createElement("div");
  made.className = className;
  made.textContent = text;
  return made;
}
