import type { Diagnostic as Finding } from "../../local/playground/messages.ts";

/** A finding in words: what is wrong, the way of the value where there is one, and what to write instead. */
export function findingMessage({ code, message, remedy, flow }: Finding): Node {
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
