import { createServer } from "node:net";
import { Failure } from "./failure.mjs";

/** Whether `port` can be listened on at `host`: null when it can, else why not. */
export function whyTaken(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

/** Ends with one clear line when the server could not listen. */
export async function requirePort(port, host) {
  const reason = await whyTaken(port, host);
  if (reason === null) return;
  if (reason === "EADDRINUSE")
    throw new Failure(`Port ${port} is taken: stop what uses it, or choose another with PORT=${port + 10}.`);
  if (reason === "EACCES")
    throw new Failure(`Port ${port} may not be used without more rights: choose one above 1023 with PORT.`);
  throw new Failure(`The server cannot listen on ${host}:${port} (${reason}): check HOST and PORT.`);
}

/** The first free loopback port from `start` on. */
export async function nextFreePort(start) {
  for (let port = start; port < start + 100 && port < 65_536; port += 1) {
    if ((await whyTaken(port, "127.0.0.1")) === null) return port;
  }
  return 0;
}
