import { useEffect, useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEPT = "claimseal-theme";

/** Light, dark, or as the system has it; kept in this browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(keptTheme);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset["theme"];
    else dataset["theme"] = theme;
    try {
      localStorage.setItem(KEPT, theme);
    } catch {
      // A browser that keeps nothing shows what the system says next time.
    }
  }, [theme]);
  return (
    <label class="field">
      <span>Colours</span>
      <select value={theme} onChange={({ currentTarget }) => setTheme(themeOf(currentTarget.value))}>
        <option value="system">system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

function keptTheme(): Theme {
  try {
    return themeOf(localStorage.getItem(KEPT));
  } catch {
    return "system";
  }
}

function themeOf(value: string | null): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}
