"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { brokersQuery, deleteBroker, saveBroker, tryBroker } from "@/components/api/brokers";
import { ApiError } from "@/components/api/fetcher";
import { AskFirst } from "@/components/ui/ask-first";
import { Button } from "@/components/ui/button";
import { inFieldWords } from "@/components/ui/in-field-words";
import { Notice } from "@/components/ui/notice";
import { RecordSheet } from "@/components/ui/record-sheet";
import { toast } from "@/components/ui/toaster";
import type { BrokerTested, BrokerView } from "@/contract/brokers";
import { BrokerFields } from "./broker-fields";
import { type BrokerForm, toBrokerForm, toSettings } from "./broker-form";

type BrokerSheetProps = { broker: BrokerView | null; taken: readonly string[]; onClose: () => void };

/** Registers a broker (null) or changes one; what is filled in can be tried before it is saved. */
export function BrokerSheet({ broker, taken, onClose }: BrokerSheetProps) {
  const client = useQueryClient();
  const form = useForm<BrokerForm>({ defaultValues: toBrokerForm(broker) });
  const done = (said: string) => {
    void client.invalidateQueries({ queryKey: brokersQuery.queryKey });
    toast.success(said);
    onClose();
  };
  const atField = (error: Error) => {
    const field = error instanceof ApiError ? error.path?.split("/").at(-1) : undefined;
    if (field && field in form.getValues()) form.setError(field as keyof BrokerForm, { message: error.message });
  };
  const test = useMutation({
    mutationFn: (values: BrokerForm) => tryBroker(values.name, toSettings(values)),
    onError: atField,
  });
  const save = useMutation({
    mutationFn: (values: BrokerForm) => saveBroker(values.name, toSettings(values)),
    onSuccess: ({ name }) => done(`${name} saved`),
    onError: atField,
  });
  const remove = useMutation({
    mutationFn: (name: string) => deleteBroker(name),
    onSuccess: (_, name) => done(`${name} removed`),
  });
  return (
    <RecordSheet
      title={broker?.name ?? "Register broker"}
      description="Commands go out over it, and replies come in."
      save={broker ? "Save changes" : "Register broker"}
      saving={save.isPending}
      failure={save.error ?? test.error ?? remove.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
      actions={
        <>
          {broker && (
            <AskFirst
              variant="danger"
              busy={remove.isPending}
              title={`Remove ${broker.name}?`}
              description="Nothing is sent over it or taken from it any more. A broker that services are registered with stays."
              yes="Remove broker"
              onYes={() => remove.mutate(broker.name)}
            >
              Remove…
            </AskFirst>
          )}
          <Button busy={test.isPending} onClick={form.handleSubmit((values) => test.mutate(values))}>
            Test connection
          </Button>
        </>
      }
    >
      <BrokerFields form={form} broker={broker} taken={taken} />
      {test.data && <Tested tested={test.data} />}
    </RecordSheet>
  );
}

function Tested({ tested }: { tested: BrokerTested }) {
  return (
    <div role="status">
      <Notice
        tone={tested.ok ? "neutral" : "attention"}
        title={tested.ok ? "The connection works" : "The connection does not work"}
      >
        {inFieldWords(tested.message)}
      </Notice>
    </div>
  );
}
