"use client";
import { CopyButton } from "@/components/ui/copy-button";
import type { StepDocument } from "@/engine/definition/document";
import { contextPaths } from "../document/context-paths";
import { readersOf } from "../document/readers";
import { useDesigner } from "../state/designer-context";
import { Part } from "./panel-header";

/** What the step may read, and who reads what it answers. */
export function DataTab({ step }: { step: StepDocument }) {
  const { document, select } = useDesigner();
  const paths = contextPaths(document, { kind: "part", step: step.id, part: "action" });
  const readers = readersOf(document, step.id);
  const answers = step.kind !== "decision" && step.kind !== "wait";
  return (
    <>
      <Part title="It may read" aside="in ${…}">
        <ul className="-mx-1 flex flex-col">
          {paths.map(({ path, detail, value }) => (
            <li key={path} className="group flex items-center gap-2 rounded-sm px-1 hover:bg-hover">
              <code className="min-w-0 truncate font-mono text-xs" title={path}>
                {path}
              </code>
              <span className="ml-auto max-w-[45%] truncate text-ink-3 text-xs" title={detail}>
                {value === undefined || typeof value === "object" ? detail : JSON.stringify(value)}
              </span>
              <CopyButton text={`\${${path}}`} label={`Copy \${${path}}`} className="size-6" />
            </li>
          ))}
        </ul>
      </Part>
      {answers && (
        <Part title="Its answer is read by">
          {readers.length === 0 ? (
            <p className="text-ink-3 text-sm">
              Nothing yet. Later steps read it as <code className="font-mono text-xs">steps.{step.id}.result</code>.
            </p>
          ) : (
            <ul className="flex flex-col gap-1">
              {readers.map((reader) => (
                <li key={`${reader.where} ${reader.path}`}>
                  <button
                    type="button"
                    onClick={() => select([reader.step])}
                    className="w-full rounded-sm px-1 py-0.5 text-left text-sm hover:bg-hover"
                  >
                    {reader.where}
                    <code className="block truncate font-mono text-ink-3 text-xs">{reader.path}</code>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Part>
      )}
    </>
  );
}
