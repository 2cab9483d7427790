"use client";
import { useQuery } from "@tanstack/react-query";
import { KeyRound, LogOut } from "lucide-react";
import { useState } from "react";
import { signOut } from "@/components/api/auth";
import { meQuery } from "@/components/api/me";
import { type ThemeChoice, useTheme } from "@/components/theme/use-theme";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Initials } from "@/components/ui/initials";
import { PasswordDialog } from "./password-dialog";

/** Who I am, how it looks, and the way out. */
export function PersonMenu({ className }: { className?: string }) {
  const { data: me } = useQuery(meQuery);
  const { choice, choose } = useTheme();
  const name = me?.name ?? "…";
  const [changing, setChanging] = useState(false);
  return (
    <>
      {changing && <PasswordDialog onClose={() => setChanging(false)} />}
      <DropdownMenu>
        <DropdownMenuTrigger className={className} title={name}>
          <Initials name={name} className="-ml-0.5" />
          <span className="truncate max-lg:sr-only">{name}</span>
        </DropdownMenuTrigger>
        <DropdownMenuContent side="top" align="start" className="w-52">
          <DropdownMenuLabel>
            <span className="block truncate text-ink">{me?.email ?? name}</span>
            <span className="capitalize">{me?.role}</span>
          </DropdownMenuLabel>
          <DropdownMenuSeparator />
          <DropdownMenuLabel>Theme</DropdownMenuLabel>
          <DropdownMenuRadioGroup value={choice} onValueChange={(next) => choose(next as ThemeChoice)}>
            <DropdownMenuRadioItem value="system">System</DropdownMenuRadioItem>
            <DropdownMenuRadioItem value="light">Light</DropdownMenuRadioItem>
            <DropdownMenuRadioItem value="dark">Dark</DropdownMenuRadioItem>
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => setChanging(true)}>
            <KeyRound aria-hidden /> Change password…
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => void signOut()}>
            <LogOut aria-hidden /> Sign out
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
    </>
  );
}
