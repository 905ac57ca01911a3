import { render } from "preact";
import { Playground } from "./playground.tsx";
import { server } from "./state/server.ts";

const page = document.getElementById("page");
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
if (page !== null) render(<Playground server={server} nonce={nonce} />, page);
