import type { Metadata } from "next";
import { DesignerScreen } from "@/components/designer/designer-screen";

type Props = { params: Promise<{ type: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).type) };
}

export default async function SagaPage({ params }: Props) {
  return <DesignerScreen type={decodeURIComponent((await params).type)} />;
}
