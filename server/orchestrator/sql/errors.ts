/** True for an answer of the server that the data itself was refused: nothing was written, and that is known. */
export function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^22[0-9A-Z]{3}$/.test(code);
}

/**
 * True for an answer that is about the rows that were asked for: their data, a limit that they break, a lock that somebody
 * holds, the time that they take. Others may fare better; with a full disk or without a right, none would.
 */
export function isAboutRows(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(22|23|54|XX|57014$|55P03$)/.test(code);
}

/** As `isDataError`, or that the data broke a limit of the server, such as the size of one value. */
export function isAboutData(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return isDataError(error) || (typeof code === "string" && code.startsWith("54"));
}

/** True when others held a lock too long, or each waited for the other: nothing was written, and that is known. */
export function isLockTimeout(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "55P03" || code === "40P01";
}
