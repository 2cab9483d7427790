import type { ReactNode } from "react";
import { Mark } from "@/components/shell/mark";

/** The page of someone who is not in yet: the mark, one thing to do. */
export function AuthCard({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center bg-canvas px-4 pt-[16vh] pb-10">
      <p className="mb-6 flex items-center gap-2.5 font-semibold text-base">
        <Mark className="size-5" /> Saga Studio
      </p>
      <div className="w-full max-w-[380px] rounded-lg border bg-raised p-6 shadow-card">
        <h1 className="font-semibold text-lg">{title}</h1>
        {lead && <p className="mt-1 text-ink-2 text-sm">{lead}</p>}
        <div className="mt-5">{children}</div>
      </div>
    </main>
  );
}
