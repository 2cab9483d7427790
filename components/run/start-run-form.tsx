"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { v4 } from "uuid";
import { ApiError } from "@/components/api/fetcher";
import { startOneRun } from "@/components/api/runs";
import { useMay } from "@/components/api/use-role";
import { Button } from "@/components/ui/button";
import { DialogContent } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import type { SagaDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";
import { DataEditor, writeJson } from "./data-editor";
import { checkData, type FieldProblem, pointerPath } from "./form/schema-validator";
import { freshSample, runKeyField } from "./fresh-sample";
import { ROLE_WORDS } from "./operation-button";
import { parseJson } from "./parse-json";

type StartRunFormProps = {
  saga: string;
  title: string;
  document: SagaDocument;
  onClose: () => void;
  onStarted: (id: string) => void;
};

/** The data of a new run, as a form and as JSON, both of the same value; the sample fills it in to begin with. */
export function StartRunForm({ saga, title, document, onClose, onStarted }: StartRunFormProps) {
  const may = useMay("operator");
  const [sample] = useState(() => freshSample(document, Math.random()));
  const [data, setData] = useState<Json>(sample);
  const [text, setText] = useState(() => writeJson(sample));
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [key, setKey] = useState(() => v4());
  const broken = parseJson(text);
  const start = useMutation({
    mutationFn: () => startOneRun(saga, { data }, key),
    onSuccess: ({ id }) => onStarted(id),
    onError: (error) => setProblems(serverProblems(error)),
  });
  const change = (next: string) => {
    setText(next);
    const parsed = parseJson(next);
    if (!parsed.ok) return;
    setData(parsed.value);
    setKey(v4());
  };
  const submit = () => {
    const found = document.input ? checkData(document.input, data) : [];
    setProblems(found);
    if (found.length === 0) start.mutate();
  };
  return (
    <DialogContent
      title={title}
      description={
        document.starts ? firstEventWords(document) : (document.title ?? "Its data, as its first step will see it.")
      }
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
        <DataEditor schema={document.input} text={text} data={data} onChange={change} problems={problems} />
      </div>
    </DialogContent>
  );
}

function firstEventWords(document: SagaDocument): string {
  const field = runKeyField(document);
  const needed = field === undefined ? "" : ` They need ${field}, which tells this run apart from the others.`;
  return `It begins with ${document.starts}, said by you. These are the data of that event.${needed}`;
}

function StartProblem({ error }: { error: Error }) {
  return (
    <Notice tone="failed" title="The run could not be started">
      {error.message}
    </Notice>
  );
}

/** What the server found, at its field; its paths point into the request, where the data is under `/data`. */
function serverProblems(error: Error): readonly FieldProblem[] {
  if (!(error instanceof ApiError) || !error.path?.startsWith("/data/")) return [];
  return [{ path: pointerPath(error.path.slice("/data".length)), message: error.detail }];
}
