import type { z } from "zod";
import type { createSubscription, SubscriptionView } from "@/contract/subscriptions";

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
