/** Ids that follow from what they are for, so that deciding again gives the same ones (U8). */

/**
 * A UUID (version 8) from a text. With `near`, a UUID v7, it keeps that one's time, and so sorts beside it in lists.
 * Four runs of FNV-1a over the text, each from a start of its own, then mixed: far apart for near texts, not secret.
 */
export function deriveId(text: string, near?: string): string {
  const hex = [0x811c9dc5, 0x9747b28c, 0x3c6ef372, 0xa54ff53a].map((seed) => word(text, seed)).join("");
  const time = near === undefined ? hex.slice(0, 12) : near.replaceAll("-", "").slice(0, 12);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

function word(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
