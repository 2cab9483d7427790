import type { Json } from "@/engine/json";
import { diffJson, type JsonChange } from "./json-diff";

type JsonChangesProps = {
  before: Json | undefined;
  after: Json | undefined;
  /** What they are changes of, for screen readers. */
  label: string;
};

/** What changed between two values, a line for each place: what it was, struck through, and what it is. */
export function JsonChanges({ before, after, label }: JsonChangesProps) {
  const changes = diffJson(before, after);
  if (changes.length === 0) return <p className="text-ink-2 text-xs">Nothing is changed yet.</p>;
  return (
    <ul
      aria-label={label}
      className="flex max-h-56 flex-col gap-1 overflow-y-auto rounded-md border bg-canvas px-2.5 py-2"
    >
      {changes.map((change) => (
        <li key={change.path} className="flex flex-wrap items-baseline gap-x-2 text-xs">
          <span className="font-medium text-ink">{change.path || "All of it"}</span>
          <Change change={change} />
        </li>
      ))}
    </ul>
  );
}

function Change({ change: { before, after } }: { change: JsonChange }) {
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 font-mono text-ink-2">
      {before === undefined ? <span className="font-sans">added</span> : <Was>{write(before)}</Was>}
      {after === undefined ? (
        <span className="font-sans">removed</span>
      ) : (
        <>
          <span aria-hidden>→</span>
          <ins className="break-all text-ink no-underline">{write(after)}</ins>
        </>
      )}
    </span>
  );
}

const Was = ({ children }: { children: string }) => <del className="break-all text-ink-3">{children}</del>;

const LONGEST = 120;

function write(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
