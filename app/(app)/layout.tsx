import type { ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";
import { requireSession } from "@/server/auth/session";

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const { id, name, email, role, via, person } = await requireSession();
  return <AppShell me={{ id, name, email, role, via, person }}>{children}</AppShell>;
}
