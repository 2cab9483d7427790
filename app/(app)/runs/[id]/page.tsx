import type { Metadata } from "next";
import { RunPage } from "@/components/run/run-page";

export const metadata: Metadata = { title: "Run" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ step?: string | string[]; item?: string }> };

export default async function Page({ params, searchParams }: Props) {
  const { id } = await params;
  const { step, item } = await searchParams;
  const initial = typeof step === "string" ? { step, item: item === undefined ? null : Number(item) } : null;
  return <RunPage id={id} initial={initial} />;
}
