"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { versionQuery, versionsQuery } from "@/components/api/sagas";
import { Label } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { readDocument } from "@/engine/definition/document";
import type { RunState } from "@/engine/run/state";
import { DataEditor, writeJson } from "./data-editor";
import { checkData, type FieldProblem } from "./form/schema-validator";
import { JsonChanges } from "./json-changes";
import { parseJson } from "./parse-json";

type StartAgainFieldsProps = {
  state: RunState;
  /** Null: the same data. */
  input: string | null;
  onChange: (input: string | null) => void;
  /** What the server found in the data. */
  problems: readonly FieldProblem[];
};

/** The data of the new run: those of the old one, or edited, in the form of the version that it will run. */
export function StartAgainFields({ state, input, onChange, problems }: StartAgainFieldsProps) {
  const latest = useQuery(versionsQuery(state.saga)).data?.items[0]?.number;
  const version = useQuery({ ...versionQuery(state.saga, latest ?? 0), enabled: latest !== undefined }).data;
  const schema = useMemo(() => {
    return version && readDocument(version.document)?.input;
  }, [version]);
  const parsed = input === null ? null : parseJson(input);
  const data = parsed?.ok ? parsed.value : state.data;
  const found = schema ? checkData(schema, data) : [];
  return (
    <div className="flex flex-col gap-3">
      {latest !== undefined && latest !== state.version && (
        <Notice>{`The new run is of version ${latest}, the latest; this one was of version ${state.version}.`}</Notice>
      )}
      <div className="flex flex-col gap-1.5">
        <Label>Data</Label>
        <Segmented
          aria-label="Data"
          value={input === null ? "same" : "edited"}
          onValueChange={(choice) => onChange(choice === "edited" ? writeJson(state.data) : null)}
          options={[
            { value: "same", label: "The same" },
            { value: "edited", label: "Edited" },
          ]}
        />
      </div>
      {input === null && found.length > 0 && (
        <Notice tone="attention" title="The version asks for other data now">
          Edit them:{" "}
          {found.map(({ path, message }) => `${path.map(String).join(" › ") || "data"}: ${message}`).join("; ")}
        </Notice>
      )}
      {input !== null && (
        <>
          <div className="pt-3">
            <DataEditor
              schema={schema}
              text={input}
              data={data}
              onChange={onChange}
              problems={problems.length > 0 ? problems : found}
            />
          </div>
          {parsed?.ok && <JsonChanges label="What is changed" before={state.data} after={parsed.value} />}
        </>
      )}
    </div>
  );
}
