"use client";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { v4 } from "uuid";
import { ApiError } from "@/components/api/fetcher";
import { startOneRun } from "@/components/api/runs";
import { useMay } from "@/components/api/use-role";
import { Button } from "@/components/ui/button";
import { DialogContent } from "@/components/ui/dialog";
import { FieldError } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import type { SagaDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";
import { checkData, type FieldProblem, pointerPath, toFieldErrors } from "./form/schema-validator";
import { freshSample } from "./fresh-sample";
import { LazyJsonEditor } from "./lazy-json-editor";
import { ROLE_WORDS } from "./operation-button";
import { parseJson } from "./parse-json";

const SchemaForm = lazy(() => import("./form/schema-form").then((module) => ({ default: module.SchemaForm })));

type StartRunFormProps = {
  saga: string;
  title: string;
  document: SagaDocument;
  onClose: () => void;
  onStarted: (id: string) => void;
};

const write = (data: Json) => JSON.stringify(data, null, 2);

/** The data of a new run, as a form and as JSON, both of the same value; the sample fills it in to begin with. */
export function StartRunForm({ saga, title, document, onClose, onStarted }: StartRunFormProps) {
  const may = useMay("operator");
  const [sample] = useState(() => freshSample(document, Math.random()));
  const [data, setData] = useState<Json>(sample);
  const [text, setText] = useState(() => write(sample));
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [key, setKey] = useState(() => v4());
  const broken = parseJson(text);
  const start = useMutation({
    mutationFn: () => startOneRun(saga, { data }, key),
    onSuccess: ({ id }) => onStarted(id),
    onError: (error) => setProblems(serverProblems(error)),
  });
  const change = (next: Json) => {
    setData(next);
    setKey(v4());
  };
  const fromForm = (next: Json) => {
    change(next);
    setText(write(next));
  };
  const fromText = (next: string) => {
    setText(next);
    const parsed = parseJson(next);
    if (parsed.ok) change(parsed.value);
  };
  const submit = () => {
    const found = document.input ? checkData(document.input, data) : [];
    setProblems(found);
    if (found.length === 0) start.mutate();
  };
  return (
    <DialogContent
      title={title}
      description={document.title ?? "Its data, as its first step will see it."}
      className="w-[min(600px,calc(100vw-32px))]"
      footer={
        <>
          {!may && <span className="mr-auto self-center text-ink-2 text-sm">{ROLE_WORDS}</span>}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={start.isPending} disabled={!may || !broken.ok} onClick={submit}>
            Start
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {start.error && <StartProblem error={start.error} />}
        <Tabs defaultValue={document.input ? "form" : "json"}>
          {document.input && (
            <TabsList aria-label="How to write the data" className="-mt-3 mb-4 px-0">
              <TabsTrigger value="form">Form</TabsTrigger>
              <TabsTrigger value="json">JSON</TabsTrigger>
            </TabsList>
          )}
          {document.input && (
            <TabsContent value="form">
              <Suspense fallback={<Skeleton className="h-32 w-full" />}>
                <SchemaForm
                  schema={document.input}
                  data={data}
                  onChange={fromForm}
                  errors={problems.length > 0 ? toFieldErrors(problems) : undefined}
                />
              </Suspense>
            </TabsContent>
          )}
          <TabsContent value="json" className="flex flex-col gap-2">
            <LazyJsonEditor label="Data" value={text} onChange={fromText} maxHeight={420} />
            {!broken.ok && <FieldError>{broken.message}</FieldError>}
            {problems.map((problem) => (
              <FieldError key={`${problem.path.join("/")}:${problem.message}`}>
                {`${problem.path.map(String).join(" › ") || "Data"}: ${problem.message}`}
              </FieldError>
            ))}
          </TabsContent>
        </Tabs>
      </div>
    </DialogContent>
  );
}

function StartProblem({ error }: { error: Error }) {
  return (
    <Notice tone="failed" title={error instanceof ApiError ? error.title : "The run could not be started"}>
      {error instanceof ApiError ? error.detail : error.message}
    </Notice>
  );
}

/** What the server found, at its field; its paths point into the request, where the data is under `/data`. */
function serverProblems(error: Error): readonly FieldProblem[] {
  if (!(error instanceof ApiError) || !error.path?.startsWith("/data/")) return [];
  return [{ path: pointerPath(error.path.slice("/data".length)), message: error.detail }];
}
