"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { LogOut, type LucideIcon, Moon, Plus, Settings, Sun, Workflow } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { type ReactNode, useDeferredValue, useState } from "react";
import { signOut } from "@/components/api/auth";
import { demoPresenceQuery } from "@/components/api/demo";
import { findRunsQuery } from "@/components/api/runs";
import { sagasQuery } from "@/components/api/sagas";
import { useTheme } from "@/components/theme/use-theme";
import { shortId } from "@/components/ui/format";
import { RunBadge } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";
import { navItems } from "./nav-items";

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** Go anywhere and do the common things by name, with the command key and K. Runs are found by business key, id or error. */
export function CommandPalette({ open, onOpenChange }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade-in bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 animate-pop-in overflow-hidden rounded-lg border bg-raised shadow-float"
        >
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <PaletteBody close={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ close }: { close: () => void }) {
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const router = useRouter();
  const { theme, choose } = useTheme();
  const sagas = useQuery(sagasQuery).data ?? [];
  const demo = useQuery(demoPresenceQuery).isSuccess;
  const places = Object.values(navItems).filter((item) => demo || item !== navItems.demo);
  const runs = useQuery({ ...findRunsQuery(wanted), enabled: wanted.length >= 2, placeholderData: keepPreviousData });
  const found = wanted.length >= 2 ? (runs.data?.items ?? []) : [];
  const act = (work: () => void) => () => {
    close();
    work();
  };
  const go = (href: string) => act(() => router.push(href));
  return (
    <Command label="Commands" loop className="flex flex-col">
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder="Go to, find a run, do…"
        className="h-12 border-b bg-transparent px-4 text-base outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-3 text-sm">
          {runs.isFetching ? "Searching…" : "Nothing found."}
        </Command.Empty>
        {found.length > 0 && (
          <Group heading="Runs">
            {found.map((run) => (
              <Item key={run.id} value={`run ${run.id}`} keywords={[search]} onSelect={go(paths.run(run.id))}>
                <span className="truncate font-medium">{run.businessKey ?? shortId(run.id)}</span>
                <span className="truncate text-ink-3">{run.saga}</span>
                <RunBadge run={run} bare className="ml-auto" />
              </Item>
            ))}
          </Group>
        )}
        <Group heading="Go to">
          {places.map((item) => (
            <Item key={item.href} value={item.label} icon={item.icon} onSelect={go(item.href)}>
              {item.label}
            </Item>
          ))}
          <Item
            value="Settings"
            keywords={["people", "keys", "brokers"]}
            icon={Settings}
            onSelect={go(paths.settings())}
          >
            Settings
          </Item>
        </Group>
        {sagas.length > 0 && (
          <Group heading="Sagas">
            {sagas.map((saga) => (
              <Item
                key={saga.type}
                value={`saga ${saga.type}`}
                keywords={[saga.title]}
                icon={Workflow}
                onSelect={go(paths.saga(saga.type))}
              >
                {saga.title} <span className="font-mono text-ink-3 text-xs">{saga.type}</span>
              </Item>
            ))}
          </Group>
        )}
        <Group heading="Do">
          <Item value="New saga" icon={Plus} onSelect={go(`${paths.sagas()}?new=blank`)}>
            New saga
          </Item>
          <Item
            value="Switch theme"
            keywords={["dark", "light"]}
            icon={theme === "dark" ? Sun : Moon}
            onSelect={act(() => choose(theme === "dark" ? "light" : "dark"))}
          >
            Switch to the {theme === "dark" ? "light" : "dark"} theme
          </Item>
          <Item value="Sign out" icon={LogOut} onSelect={act(() => void signOut())}>
            Sign out
          </Item>
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs"
    >
      {children}
    </Command.Group>
  );
}

type ItemProps = { value: string; keywords?: string[]; icon?: LucideIcon; onSelect: () => void; children: ReactNode };

function Item({ value, keywords = [], icon: Icon, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      keywords={keywords}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover"
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />}
      {children}
    </Command.Item>
  );
}
