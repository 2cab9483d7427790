/** Finds a Chromium, or installs one; `advice` is one line for when neither went. */
export function findChromium(): Promise<{ readonly path: string } | { readonly advice: string }>;
