import { isIP } from "node:net";
import type { SubscriptionTarget } from "@/contract/subscriptions";
import type { Deps } from "../deps";
import { Invalid } from "../errors";
import { isAllowed } from "../orchestrator/transports/address";

/** Throws 422 for what could never be delivered to, or must not be. Names are checked when they are connected to. */
export async function checkTarget({ brokers }: Pick<Deps, "brokers">, target: SubscriptionTarget): Promise<void> {
  if (target.kind === "webhook") return checkUrl(target);
  if ((await brokers.find(target.broker)) === null)
    throw new Invalid("unknown_broker", `There is no broker ${target.broker} that is switched on.`, {
      path: "/target/broker",
    });
}

function checkUrl({ url: text, allowPrivateNetwork }: Extract<SubscriptionTarget, { kind: "webhook" }>): void {
  const path = "/target/url";
  const url = new URL(text);
  if (url.username || url.password)
    throw new Invalid("url_credentials", "Leave user and password out of the address; deliveries are signed.", {
      path,
    });
  if (url.hash) throw new Invalid("url_fragment", "A fragment is never sent; leave it out of the address.", { path });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowed(host, allowPrivateNetwork))
    throw new Invalid(
      "address_not_allowed",
      `The address ${host} may not be called${allowPrivateNetwork ? "" : " without allowPrivateNetwork"}.`,
      { path },
    );
}
