"use client";
import { lazy, Suspense } from "react";
import { FieldError } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import type { Json, JsonObject } from "@/engine/json";
import { type FieldProblem, toFieldErrors } from "./form/schema-validator";
import { LazyJsonEditor } from "./lazy-json-editor";
import { parseJson } from "./parse-json";

const SchemaForm = lazy(() => import("./form/schema-form").then((module) => ({ default: module.SchemaForm })));

type DataEditorProps = {
  /** What the data must look like; without one there is no form, only JSON. */
  schema: JsonObject | undefined;
  /** The data as text, which may be no JSON for a while; the form then shows `data`, the last that was. */
  text: string;
  data: Json;
  onChange: (text: string) => void;
  problems: readonly FieldProblem[];
};

/** The data of a run, as a form and as JSON, both of the same value. */
export function DataEditor({ schema, text, data, onChange, problems }: DataEditorProps) {
  const broken = parseJson(text);
  return (
    <Tabs defaultValue={schema ? "form" : "json"}>
      {schema && (
        <TabsList aria-label="How to write the data" className="-mt-3 mb-4 px-0">
          <TabsTrigger value="form">Form</TabsTrigger>
          <TabsTrigger value="json">JSON</TabsTrigger>
        </TabsList>
      )}
      {schema && (
        <TabsContent value="form">
          <Suspense fallback={<Skeleton className="h-32 w-full" />}>
            <SchemaForm
              schema={schema}
              data={data}
              onChange={(next) => onChange(writeJson(next))}
              errors={problems.length > 0 ? toFieldErrors(problems) : undefined}
            />
          </Suspense>
        </TabsContent>
      )}
      <TabsContent value="json" className="flex flex-col gap-2">
        <LazyJsonEditor label="Data" value={text} onChange={onChange} maxHeight={420} />
        {!broken.ok && <FieldError>{broken.message}</FieldError>}
        {problems.map((problem) => (
          <FieldError key={`${problem.path.join("/")}:${problem.message}`}>
            {`${problem.path.map(String).join(" › ") || "Data"}: ${problem.message}`}
          </FieldError>
        ))}
      </TabsContent>
    </Tabs>
  );
}

/** Data as a person edits them. */
export const writeJson = (data: Json) => JSON.stringify(data, null, 2);
