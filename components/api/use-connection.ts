"use client";
import { useSyncExternalStore } from "react";
import { type Connection, connectionStore } from "./socket";

/** Whether what is shown is live: `lost` once the socket has been gone for a moment. */
export const useConnection = (): Connection =>
  useSyncExternalStore(connectionStore.subscribe, connectionStore.read, () => "connecting");
