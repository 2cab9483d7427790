import { stateLooks, stepStatusLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import { PlanCall } from "./plan-call";
import { type PlannedStep, undoCommand } from "./planned-undos";

/** So many items of one step are listed; a list may have a thousand. */
const MOST_ITEMS = 20;

type PlannedUndoProps = {
  planned: PlannedStep;
  title: string /** Absent: it cannot be left out. */;
  onLeaveOut?: () => void;
};

/** The undo of a step in a plan, with its number in the order; of a forEach, that of each item. */
export function PlannedUndo({ planned, title, onLeaveOut }: PlannedUndoProps) {
  const { undos, first, last } = planned;
  const [undo] = undos;
  if (!undo) return null;
  const done = undos.every(({ status }) => status === "compensated");
  const many = undo.item !== undefined;
  return (
    <PlanCall
      icon={done ? <Done /> : <Order first={first} last={last} />}
      title={title}
      command={undoCommand(undo)}
      note={notesOf(planned, done)}
      input={many || done ? undefined : undo.input}
      quiet={done}
      action={
        planned.optional &&
        onLeaveOut && (
          <Button size="sm" variant="ghost" aria-label={`Leave out the undo of ${title}`} onClick={onLeaveOut}>
            Leave out
          </Button>
        )
      }
    >
      {many && !done && <Items planned={planned} />}
    </PlanCall>
  );
}

/** As wide as a number, so that titles stand below each other. */
const Done = () => (
  <span className="mt-0.5 grid w-[18px] shrink-0 place-items-center">
    <StatusIcon look={stepStatusLooks.compensated} />
  </span>
);

function Order({ first, last }: Pick<PlannedStep, "first" | "last">) {
  return (
    <span className="mt-px grid h-[18px] min-w-[18px] shrink-0 place-items-center whitespace-nowrap rounded-full bg-state-compensating-soft px-1 font-semibold text-state-compensating text-xs">
      {first === last ? first : `${first}–${last}`}
    </span>
  );
}

function Items({ planned: { undos } }: { planned: PlannedStep }) {
  const shown = undos.slice(0, MOST_ITEMS);
  return (
    <details className="mt-1">
      <summary className="w-fit rounded-sm text-ink-2 text-xs hover:text-ink">{plural(undos.length, "item")}</summary>
      <ol className="mt-1 flex flex-col gap-1.5 border-l pl-3">
        {shown.map((undo) => (
          <li key={undo.item}>
            <PlanCall
              icon={
                <StatusIcon
                  look={undo.status === "planned" ? stateLooks.compensating : stepStatusLooks[undo.status]}
                  className="mt-0.5"
                />
              }
              title={`Item ${undo.item}`}
              note={wordsOf(undo).join(", ")}
              input={undo.status === "compensated" ? undefined : undo.input}
            />
          </li>
        ))}
      </ol>
      {undos.length > shown.length && (
        <p className="mt-1 text-ink-3 text-xs">and {plural(undos.length - shown.length, "more item")}</p>
      )}
    </details>
  );
}

type Undo = PlannedStep["undos"][number];

const wordsOf = ({ status, effect }: Undo): string[] => [
  ...(status === "compensated" ? ["already undone"] : []),
  ...(status === "compensating" ? ["under way"] : []),
  ...(status === "compensation_failed" ? ["failed before"] : []),
  ...(effect === "unknown" ? ["sent because it may have happened"] : []),
];

function notesOf({ undos }: PlannedStep, done: boolean): string {
  const [undo] = undos;
  if (!undo || undo.item === undefined) return undo ? wordsOf(undo).join(", ") : "";
  return done ? "already undone" : "";
}
