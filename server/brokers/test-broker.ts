import type { BrokerTested, PutBroker } from "@/contract/brokers";
import { type Actor, authorise } from "../auth/actor";
import type { Deps } from "../deps";
import type { Broker } from "../generated/prisma/client";
import { kinds } from "./kinds";
import { findBroker } from "./manage";
import type { Trouble } from "./registration";
import { checkSettings, toRegistration } from "./settings";

const withinMs = 5_000;

/** Tries to connect with these settings, or with those that are kept, and says in one sentence what came of it. */
export async function testBroker(
  deps: Deps,
  actor: Actor,
  name: string,
  settings: PutBroker | undefined,
): Promise<BrokerTested> {
  authorise(actor, "admin");
  const known = settings ? await deps.prisma.broker.findUnique({ where: { name } }) : await findBroker(deps, name);
  const wanted = settings ?? asKept(known as Broker);
  checkSettings(wanted, "/settings");
  const registration = toRegistration(deps.env.secretKey, { name, known, wanted, path: "/settings" });
  const check = kinds[wanted.kind]?.check;
  const trouble = check ? await inTime(check(registration, withinMs)) : notSpoken(wanted.kind);
  if (trouble) return { ok: false, ...trouble };
  return { ok: true, code: "connected", message: `${new URL(wanted.url).host} is there and can be used.` };
}

function asKept({ kind, url, tls, allowPrivateNetwork, enabled }: Broker): PutBroker {
  return {
    kind: kind as PutBroker["kind"],
    url,
    tls: tls as PutBroker["tls"],
    allowPrivateNetwork,
    enabled,
  };
}

function inTime(check: Promise<Trouble | null>): Promise<Trouble | null> {
  const slow: Trouble = { code: "timeout", message: `No answer within ${withinMs / 1_000} seconds.` };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(slow), withinMs);
    check.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function notSpoken(kind: string): Trouble {
  return { code: "kind_unknown", message: `This server does not speak ${kind}.` };
}
