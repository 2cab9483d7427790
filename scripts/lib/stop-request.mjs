/**
 * How the run ends: by Ctrl-C or SIGTERM, or because something failed. A second Ctrl-C ends at once.
 * npm passes a Ctrl-C on to us that the terminal has already given: within half a second it counts once.
 */
export function onStopRequest() {
  let resolve;
  const requested = new Promise((settle) => {
    resolve = settle;
  });
  let firstAt = null;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === null) firstAt = now;
    else if (now - firstAt > 500) process.exit(130);
    resolve({ failed: null });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  return { requested, isRequested: () => firstAt !== null, fail: (failed) => resolve({ failed }) };
}
