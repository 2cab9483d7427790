"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { ApiError } from "@/components/api/fetcher";
import { putDraftText, sagasQuery } from "@/components/api/sagas";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Textarea } from "@/components/ui/textarea";
import { paths } from "@/contract/paths";
import { problemOfType, typeOfText } from "./saga-type";

/** Makes a saga from a definition's text, pasted or from a file. */
export function ImportSagaDialog({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const [text, setText] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const router = useRouter();
  const client = useQueryClient();
  const read = text.trim() ? typeOfText(text) : null;
  const type = read && "type" in read ? read.type : null;
  const problem = read && "problem" in read ? read.problem : type !== null ? problemInText(type, taken) : null;
  const create = useMutation({
    mutationFn: (name: string) => putDraftText(name, text, 0),
    onSuccess: (_, name) => {
      void client.invalidateQueries({ queryKey: sagasQuery.queryKey });
      router.push(paths.saga(name));
    },
  });
  const load = async (chosen: File | undefined) => {
    if (chosen) setText(await chosen.text());
    if (file.current) file.current.value = "";
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="New saga from text"
        description="Paste a definition in YAML or JSON, or choose a file."
        className="w-[min(720px,calc(100vw-32px))]"
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              variant="primary"
              busy={create.isPending}
              disabled={!type || problem !== null}
              onClick={() => type && create.mutate(type)}
            >
              {type ? `Create ${type}` : "Create saga"}
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          <Field
            label="Definition"
            error={problem}
            hint="It is saved as a draft; problems in it are shown on the canvas, and nothing runs before you publish."
          >
            <Textarea
              mono
              rows={16}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <input
            ref={file}
            type="file"
            accept=".yaml,.yml,.json"
            aria-label="Definition file"
            className="hidden"
            onChange={(event) => void load(event.target.files?.[0])}
          />
          <Button className="self-start" onClick={() => file.current?.click()}>
            <Upload aria-hidden /> Choose a file…
          </Button>
          {create.isError && (
            <Notice tone="failed" title="The saga was not created">
              {create.error.message}
              {create.error instanceof ApiError && create.error.problems.length > 0 && (
                <ul className="mt-1 list-disc pl-4">
                  {create.error.problems.map((one) => (
                    <li key={`${one.path} ${one.code}`}>
                      <code className="font-mono text-xs">{one.path}</code> {one.message}
                    </li>
                  ))}
                </ul>
              )}
            </Notice>
          )}
        </div>
      </DialogContent>
    </Dialog>
  );
}

function problemInText(type: string, taken: readonly string[]): string | null {
  const problem = problemOfType(type, taken);
  return problem && `In “saga: ${type}”: ${problem}`;
}
