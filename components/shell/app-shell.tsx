"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { meQuery } from "@/components/api/me";
import { useRunsRoom } from "@/components/api/use-rooms";
import type { Me } from "@/contract/people";
import { CommandPalette } from "./command-palette";
import { ConnectionNotice } from "./connection-notice";
import { Nav } from "./nav";

/** Everything around a page: skip link, navigation, commands, and the socket's room that keeps counts live. */
export function AppShell({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient();
  useState(() => client.setQueryData(meQuery.queryKey, me));
  useRunsRoom();
  const [commands, setCommands] = useState(false);
  const openCommands = useCallback(() => setCommands(true), []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      setCommands((open) => !open);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <div className="flex h-dvh overflow-hidden bg-canvas">
      <a
        href="#main"
        className="-top-16 fixed left-3 z-50 rounded-md bg-ink px-3 py-2 font-medium text-on-ink text-sm focus:top-3"
      >
        Skip to content
      </a>
      <Nav onCommands={openCommands} />
      <main id="main" tabIndex={-1} className="min-w-0 flex-1 overflow-hidden outline-none">
        {children}
      </main>
      <CommandPalette open={commands} onOpenChange={setCommands} />
      <ConnectionNotice />
    </div>
  );
}
