import { isIP } from "node:net";
import { type ChannelModel, connect, type Options, type SocketOptions } from "amqplib";
import type { BrokerRegistration } from "../registration";
import { resolveAddress } from "../resolve-address";

const plainPort = 5672;
const tlsPort = 5671;
/** A connection that is silently gone is noticed within three of these. */
const heartbeatSeconds = 10;
const connectMs = 5_000;

/** One connection to the address that the name stands for now. The signal destroys its socket, whatever it is doing. */
export async function connectAmqp(registration: BrokerRegistration, signal: AbortSignal): Promise<ChannelModel> {
  const { hostname, port, protocol, pathname } = new URL(registration.url);
  const address = await resolveAddress(hostname, registration.allowPrivateNetwork);
  signal.throwIfAborted();
  const isTls = registration.tls !== null || protocol === "amqps:";
  const options: Options.Connect = {
    protocol: isTls ? "amqps" : "amqp",
    hostname: address,
    port: Number(port) || (isTls ? tlsPort : plainPort),
    heartbeat: heartbeatSeconds,
    ...vhostOf(pathname),
    ...credentialsOf(registration),
  };
  const connection = await connect(options, { ...socketOptions(registration, hostname), signal } as SocketOptions);
  // What goes wrong is told by `close`, too; an event that nobody hears would end the process.
  connection.on("error", () => {});
  return connection;
}

/** As the address writes it: the library decodes it. */
function vhostOf(pathname: string): Pick<Options.Connect, "vhost"> {
  return pathname.length > 1 ? { vhost: pathname.slice(1) } : {};
}

/** RabbitMQ takes a token as the password. Without any it takes `guest`, from its own machine. */
function credentialsOf({ user, password, token }: BrokerRegistration): Options.Connect {
  if (token !== null) return { username: user ?? "", password: token };
  return user === null ? {} : { username: user, password: password ?? "" };
}

function socketOptions({ tls }: BrokerRegistration, hostname: string): SocketOptions {
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    timeout: connectMs,
    noDelay: true,
    clientProperties: { connection_name: "saga-studio" },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(tls?.ca ? { ca: tls.ca } : {}),
  };
}
