/** What a database that is away, or going away, looks like from here. */

const awayCodes = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ENOENT", "ETIMEDOUT", "EPIPE"],
  ...["55000", "25006"],
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"],
]);
const awayKinds = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);

/** Connection lost, resources gone, or told to stop, by PostgreSQL's class of error or by name. */
function isAwayCode(code: unknown): boolean {
  return typeof code === "string" && (awayCodes.has(code) || /^(08|53|57)\w{3}$/.test(code));
}

/** Whether what failed may go well another time, because it was the database's doing, or that of a server going away. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, originalCode, kind, name, message, cause, meta } = error as Record<string, unknown>;
  if (name === "Unavailable") return true;
  if ([code, originalCode].some(isAwayCode)) return true;
  if (typeof kind === "string" && awayKinds.has(kind)) return true;
  if (
    typeof message === "string" &&
    /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(message)
  )
    return true;
  const inner = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return isDatabaseAway(cause, depth + 1) || isDatabaseAway(inner, depth + 1);
}
