const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);

/** Milliseconds as a person reads them. */
export function seconds(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Does one step and prints one line about it when it is done; `work` may answer a remark. */
export async function step(label, work) {
  const began = performance.now();
  if (colour) process.stdout.write(dim(`  ${label} …`));
  try {
    const remark = await work();
    const note = typeof remark === "string" && remark !== "" ? ` ${dim(`(${remark})`)}` : "";
    line(`  ${label}${note} ${dim(seconds(performance.now() - began))}`);
  } catch (error) {
    line(`  ${label} ${red("failed")}`);
    throw error;
  }
}

function line(text) {
  process.stdout.write(`${colour ? "\r\u001b[K" : ""}${text}\n`);
}
