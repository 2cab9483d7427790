"use client";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { eventType } from "@/engine/choreography/document";

export type EventQuestion = {
  readonly title: string;
  readonly hint: string;
  /** What the button says. */
  readonly action: string;
  readonly suggestions: readonly string[];
  readonly onAnswer: (event: string) => void;
};

/** Which event is meant: one of those there are, by click or key, or a new name. */
export function EventDialog({ question, onClose }: { question: EventQuestion; onClose: () => void }) {
  const { title, hint, action, suggestions, onAnswer } = question;
  const [typed, setTyped] = useState(suggestions[0] ?? "");
  const form = useId();
  const event = typed.trim();
  const problem =
    event === "" || eventType.safeParse(event).success
      ? null
      : "A letter, then letters, digits, dots, - or _, such as OrderCreated.";
  const answer = (chosen: string) => {
    onClose();
    onAnswer(chosen);
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={title}
        description={hint}
        onCloseAutoFocus={(event) => event.preventDefault()}
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="primary" type="submit" form={form} disabled={event === "" || problem !== null}>
              {action}
            </Button>
          </>
        }
      >
        <form
          id={form}
          className="flex flex-col gap-4"
          onSubmit={(submit) => {
            submit.preventDefault();
            if (event !== "" && problem === null) answer(event);
          }}
        >
          <Field label="Event" error={problem}>
            <Input
              mono
              value={typed}
              placeholder="OrderCreated"
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              onFocus={({ currentTarget }) => currentTarget.select()}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </Field>
          {suggestions.length > 0 && (
            <ul aria-label="Events there are" className="flex max-h-56 flex-wrap gap-1.5 overflow-y-auto">
              {suggestions.map((suggestion) => (
                <li key={suggestion}>
                  <Button size="sm" className="font-mono" onClick={() => answer(suggestion)}>
                    {suggestion}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </form>
      </DialogContent>
    </Dialog>
  );
}
