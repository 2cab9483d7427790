import type { Metadata } from "next";
import { AttentionScreen } from "@/components/attention/attention-screen";

export const metadata: Metadata = { title: "Attention" };

export default function AttentionPage() {
  return <AttentionScreen />;
}
