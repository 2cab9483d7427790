"use client";
import { ErrorState } from "@/components/ui/error-state";

export default function PageError({ reset }: { error: Error; reset: () => void }) {
  return (
    <ErrorState title="This page broke" onRetry={reset}>
      Nothing was changed by it. If it breaks again after a reload, tell whoever runs this server.
    </ErrorState>
  );
}
