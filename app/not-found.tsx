import type { Metadata } from "next";
import Link from "next/link";
import { connection } from "next/server";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default async function NotFound() {
  // Rendered on request: scripts of a page made at build time would carry no nonce, and the policy would refuse them.
  await connection();
  return (
    <main className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-24 text-center">
      <h1 className="font-semibold text-lg">There is nothing at this address</h1>
      <p className="mb-3 text-ink-2 text-sm">It may have been renamed or deleted, or the address was cut short.</p>
      <Button asChild>
        <Link href="/">Go to the overview</Link>
      </Button>
    </main>
  );
}
