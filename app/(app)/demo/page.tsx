import type { Metadata } from "next";
import { DemoScreen } from "@/components/demo/demo-screen";

export const metadata: Metadata = { title: "Demo shop" };

export default function DemoPage() {
  return <DemoScreen />;
}
