import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { configurePool, type PoolConfig } from "./pool.ts";

const response = await fetch("/config.json");
configurePool((await response.json()) as PoolConfig);

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no place for the dashboard");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
