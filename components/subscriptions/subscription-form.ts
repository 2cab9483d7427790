import type { z } from "zod";
import type { changeSubscription, createSubscription, SubscriptionView } from "@/contract/subscriptions";

/** A subscription as its form has it: lists are words between commas. */
export type SubscriptionForm = {
  name: string;
  kind: "webhook" | "broker";
  url: string;
  allowPrivateNetwork: boolean;
  broker: string;
  sagas: string;
  types: string;
  transitions: boolean;
  enabled: boolean;
};

export function toForm(subscription: SubscriptionView | null): SubscriptionForm {
  const target = subscription?.target;
  return {
    name: subscription?.name ?? "",
    kind: target?.kind ?? "webhook",
    url: target?.kind === "webhook" ? target.url : "",
    allowPrivateNetwork: target?.kind === "webhook" && target.allowPrivateNetwork,
    broker: target?.kind === "broker" ? target.broker : "",
    sagas: subscription?.sagas.join(", ") ?? "",
    types: subscription?.types.join(", ") ?? "",
    transitions: subscription?.transitions ?? false,
    enabled: subscription?.enabled ?? true,
  };
}

export function toBody(form: SubscriptionForm): z.input<typeof createSubscription> {
  const { name, kind, url, allowPrivateNetwork, broker, sagas, types, transitions } = form;
  const target =
    kind === "webhook"
      ? ({ kind, url: url.trim(), allowPrivateNetwork } as const)
      : ({ kind, broker: broker.trim() } as const);
  return { name, target, sagas: wordsOf(sagas), types: wordsOf(types), transitions };
}

type Changed = Partial<Record<keyof SubscriptionForm, boolean | undefined>>;

/** What of it was touched: the rest may have changed meanwhile, and is not written back. */
export function toChanges(form: SubscriptionForm, changed: Changed): z.input<typeof changeSubscription> {
  const { name, target, sagas, types, transitions } = toBody(form);
  const isTarget = changed.kind || changed.url || changed.allowPrivateNetwork || changed.broker;
  return {
    ...(changed.name ? { name } : {}),
    ...(isTarget ? { target } : {}),
    ...(changed.sagas ? { sagas } : {}),
    ...(changed.types ? { types } : {}),
    ...(changed.transitions ? { transitions } : {}),
    ...(changed.enabled ? { enabled: form.enabled } : {}),
  };
}

/** The form's field that a problem's path is about; null: none. */
export function fieldOf(path: string | undefined): keyof SubscriptionForm | null {
  const [, first = "", second = ""] = path?.split("/") ?? [];
  const name = first === "target" ? second : first;
  return fields.find((field) => field === name) ?? null;
}

const fields: readonly (keyof SubscriptionForm)[] = ["name", "url", "broker", "sagas", "types"];

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
