import type { Metadata } from "next";
import { RunPage } from "@/components/run/run-page";

export const metadata: Metadata = { title: "Run" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ step?: string | string[] }> };

export default async function Page({ params, searchParams }: Props) {
  const { id } = await params;
  const { step } = await searchParams;
  return <RunPage id={id} step={typeof step === "string" ? step : null} />;
}
