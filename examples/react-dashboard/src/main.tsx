import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { configurePool, type PoolConfig } from "./pool.ts";

const place = document.getElementById("root");
if (place === null) throw new Error("the page has no place for the dashboard");
const root = createRoot(place);
const response = await fetch("/config.json");
if (response.ok) {
  configurePool((await response.json()) as PoolConfig);
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
} else {
  root.render(<p className="loading">The pool is starting. This page loads again by itself.</p>);
}
