"use client";
import { lazy, Suspense, useState } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { Json, JsonObject } from "@/engine/json";

const SchemaForm = lazy(() =>
  import("@/components/run/form/schema-form").then((module) => ({ default: module.SchemaForm })),
);

/** A form as those see it who fill it in; what is typed here goes nowhere. */
export function FormPreview({ schema }: { schema: JsonObject }) {
  const [data, setData] = useState<Json>({});
  return (
    <section
      aria-label="Preview of the form"
      className="flex flex-col gap-2 rounded-md border border-line-strong border-dashed p-3"
    >
      <p className="text-ink-3 text-xs">As the person sees it</p>
      <Suspense fallback={<Skeleton className="h-16 w-full" />}>
        <SchemaForm schema={schema} data={data} onChange={setData} errors={undefined} />
      </Suspense>
    </section>
  );
}
