"use client";
import { Button } from "@/components/ui/button";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { RelativeTime } from "@/components/ui/time";
import type { DeadLetterSummary } from "@/contract/brokers";
import { sourceWords } from "./source-words";

type DeadLettersTableProps = {
  letters: readonly DeadLetterSummary[];
  open: string | null;
  onOpen: (id: string) => void;
};

/** Where each came from, why it could not be taken, and when. A click anywhere on a row opens it. */
export function DeadLettersTable({ letters, open, onOpen }: DeadLettersTableProps) {
  return (
    <Table className="min-w-[760px] table-fixed max-md:min-w-[640px]">
      <TableHeader>
        <tr>
          <TableHead className="w-80 max-md:w-36">From</TableHead>
          <TableHead>Why it could not be taken</TableHead>
          <TableHead numeric className="w-32">
            Came
          </TableHead>
          <TableHead className="w-24">
            <span className="sr-only">Open</span>
          </TableHead>
        </tr>
      </TableHeader>
      <tbody>
        {letters.map((letter) => (
          <LetterRow key={letter.id} letter={letter} selected={letter.id === open} onOpen={() => onOpen(letter.id)} />
        ))}
      </tbody>
    </Table>
  );
}

function LetterRow({ letter, selected, onOpen }: { letter: DeadLetterSummary; selected: boolean; onOpen: () => void }) {
  const { source, subject, reason, detail, at } = letter;
  return (
    <TableRow
      selected={selected}
      className="cursor-pointer"
      onClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("button")) onOpen();
      }}
    >
      <TableCell className="h-[56px]">
        <span className="block truncate font-medium">{sourceWords(source)}</span>
        {subject && (
          <span className="block truncate font-mono text-ink-3 text-xs" title={subject}>
            {subject}
          </span>
        )}
      </TableCell>
      <TableCell>
        <span className="block font-mono text-xs">{reason}</span>
        <span className="block truncate text-ink-2 max-md:line-clamp-3 max-md:whitespace-normal" title={detail}>
          {detail}
        </span>
      </TableCell>
      <TableCell numeric className="text-ink-2">
        <RelativeTime at={at} />
      </TableCell>
      <TableCell numeric>
        <Button size="sm" aria-label={`Look at ${reason} from ${sourceWords(source)}`} onClick={onOpen}>
          Look…
        </Button>
      </TableCell>
    </TableRow>
  );
}
