import type { Browser } from "playwright-core";

export declare const CHROMIUM: string;
export declare const hasChromium: () => boolean;
export declare function launchChromium(): Promise<Browser>;
export declare function startPlayground(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
