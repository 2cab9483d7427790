"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { sagasQuery } from "@/components/api/sagas";
import type { StepOf } from "@/components/canvas/step-kind";
import { plural } from "@/components/ui/format";
import { paths } from "@/contract/paths";
import type { SagaSummary } from "@/contract/sagas";
import { previewTemplate } from "../../document/preview";
import { MappingField } from "../../fields/mapping-field";
import { SuggestField } from "../../fields/suggest-field";
import { useDesigner } from "../../state/designer-context";
import { ClassField } from "../class-field";

/** Which saga is run, and on what. */
export function SagaForm({ step }: { step: StepOf<"saga"> }) {
  const { document, change } = useDesigner();
  const sagas = useQuery(sagasQuery).data;
  const suggestions = useMemo(() => (sagas ?? []).map(({ type, title }) => ({ value: type, detail: title })), [sagas]);
  const { id, input } = step;
  return (
    <>
      <SuggestField
        label="Saga"
        listLabel="Sagas of this installation"
        value={step.saga}
        placeholder="Refund"
        suggestions={suggestions}
        hint={<SagaLine type={step.saga} sagas={sagas} own={document.saga} />}
        onChange={(saga) => change({ type: "set-field", step: id, field: "saga", value: saga }, `saga ${id}`)}
      />
      <ClassField step={step} />
      <MappingField
        label="Input"
        value={input}
        place={{ kind: "step", step: id }}
        preview={
          input === undefined
            ? { ok: true, value: document.sample ?? {}, guessed: false }
            : previewTemplate(document, input)
        }
        fallback="Default: this run's data"
        onChange={(value) => change({ type: "set-field", step: id, field: "input", value }, `input ${id}`)}
      />
    </>
  );
}

type SagaLineProps = { type: string; sagas: readonly SagaSummary[] | undefined; own: string };

/** What is known of the saga that is named, and the way to it. */
function SagaLine({ type, sagas, own }: SagaLineProps) {
  if (!type || !sagas) return null;
  if (type === own) return <>This saga itself: it needs a condition in front, or it goes on without an end.</>;
  const found = sagas.find((saga) => saga.type === type);
  if (!found) return <>There is no saga {type} here yet.</>;
  return (
    <>
      {found.latestVersion === 0
        ? "Not published yet: the step fails until it is. "
        : `Its latest version is run, now v${found.latestVersion}: ${plural(found.steps, "step")}. `}
      <Link href={paths.saga(type)} className="inline-flex items-center gap-0.5 text-ink-2 underline hover:text-ink">
        Open it <ArrowUpRight aria-hidden className="size-3" />
      </Link>
    </>
  );
}
