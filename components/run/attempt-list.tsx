import { useQuery } from "@tanstack/react-query";
import { servicesQuery } from "@/components/api/services";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { formatDuration, formatTime, shortId } from "@/components/ui/format";
import { reactionKey } from "@/engine/choreography/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { Json } from "@/engine/json";
import { idempotencyKey } from "@/engine/key";
import { attemptName } from "./attempt-name";
import { type Attempt, outcomeWord } from "./attempts";
import { isObserved, type Moment } from "./moment";
import { generationWords } from "./plain-words";
import { requestLine, serviceOf } from "./request-line";

type AttemptListProps = { attempts: readonly Attempt[]; moment: Moment; spec: SagaStep; empty: string };

/** The attempts of one part of a step or item, the newest first: request, reply, key and timing. */
export function AttemptList({ attempts, moment, spec, empty }: AttemptListProps) {
  const observed = isObserved(moment);
  if (attempts.length === 0) return <p className="text-ink-2 text-sm">{empty}</p>;
  return (
    <ol className="flex flex-col gap-4" reversed>
      {attempts.toReversed().map((attempt) => (
        <li key={`${attempt.generation}:${attempt.attempt}:${attempt.startedAt}`} className="flex flex-col gap-2">
          <div className="flex items-baseline justify-between gap-3">
            <h3 className="font-semibold text-sm">
              {observed ? "By its service" : attemptName(attempts, attempt)}
              <Aside text={generationWords(attempt.generation, attempt.isEdited)} />
            </h3>
            <span className="text-ink-2 text-xs tabular-nums">
              {formatTime(attempt.startedAt)} · {formatDuration((attempt.end?.at ?? moment.now) - attempt.startedAt)}
            </span>
          </div>
          {observed ? (
            <p className="text-ink-2 text-sm">Nothing was sent from here. {watchedWords(attempt)}</p>
          ) : (
            <Exchange attempt={attempt} moment={moment} spec={spec} />
          )}
          <Detail attempt={attempt} />
        </li>
      ))}
    </ol>
  );
}

const Aside = ({ text }: { text: string | null }) => text && <span className="font-normal text-ink-3"> · {text}</span>;

function watchedWords({ end, late }: Attempt): string {
  if (end === null) return "Its event has not come yet.";
  if (end.kind === "succeeded") return "Its event came.";
  const failed = end.kind === "unknown" ? "Its event did not come in time" : "Its event said no";
  if (late === null) return `${failed}.`;
  return late.byHand
    ? `${failed}; at ${formatTime(late.at)} a person marked it undone.`
    : `${failed}; it came late, at ${formatTime(late.at)}.`;
}

/** What was sent and answered. */
function Exchange({ attempt, moment, spec }: Pick<AttemptListProps, "moment" | "spec"> & { attempt: Attempt }) {
  const run = moment.state.id;
  const key = keyOf(moment, attempt);
  const services = useQuery(servicesQuery).data;
  const service = services?.find((one) => one.name === serviceOf(spec, attempt.half));
  const of = { spec, item: attempt.item, part: attempt.half };
  const { name, text } = requestLine(moment, of, service?.transport ?? null);
  return (
    <dl className="grid grid-cols-[88px_1fr] gap-y-1 text-sm [&>dt]:text-ink-3">
      <dt>{name}</dt>
      <dd className="break-all font-mono text-xs leading-5">{text}</dd>
      <dt>Reply</dt>
      <dd>
        <Reply attempt={attempt} />
      </dd>
      {spec.kind !== "saga" && (
        <>
          <dt>Key</dt>
          <dd className="min-w-0">
            <LongId whole={key} shown={key.replace(run, shortId(run))} label="Copy the idempotency key" />
          </dd>
        </>
      )}
      <dt>Trace</dt>
      <dd className="min-w-0">
        <LongId whole={traceId(run)} shown={`${traceId(run).slice(0, 16)}…`} label="Copy the trace id" />
      </dd>
    </dl>
  );
}

/** A question goes under the key of the action that it asks about (F11); a reaction's names the event that set it off. */
function keyOf({ saga, state }: Moment, { step, item, half: part, generation }: Attempt): string {
  const half = part === "compensation" ? part : "action";
  const place = { index: saga.indexOf.get(step) ?? -1, item };
  if (saga.choreography) return reactionKey(saga, state, place, half, generation);
  return idempotencyKey({ run: state.id, step, item: item ?? undefined, generation, half });
}

/** A run is one trace: its id is the trace's, as `traceparent` wants it. */
const traceId = (run: string) => run.replaceAll("-", "");

/** An id too long to read, shortened; copied whole. */
function LongId({ whole, shown, label }: { whole: string; shown: string; label: string }) {
  return (
    <span className="flex min-w-0 items-center gap-0.5">
      <code title={whole} className="truncate font-mono text-xs">
        {shown}
      </code>
      <CopyButton text={whole} label={label} className="size-5 [&>svg]:size-3" />
    </span>
  );
}

function Reply({ attempt }: { attempt: Attempt }) {
  const status = attempt.end && "error" in attempt.end ? attempt.end.error.status : undefined;
  return (
    <>
      {status !== undefined && <span className="mr-1.5 font-mono text-state-failed text-xs">{status}</span>}
      <span className={cn("text-ink-2", attempt.end?.kind === "succeeded" && "text-state-completed")}>
        {outcomeWord(attempt)}
      </span>
    </>
  );
}

function Detail({ attempt }: { attempt: Attempt }) {
  if (!attempt.end || !("error" in attempt.end) || attempt.end.kind === "undelivered") return null;
  const { error } = attempt.end;
  const value: Json = error.detail ?? { code: error.code, message: error.message };
  return <CodeBlock label={`Error of attempt ${attempt.attempt}`} value={value} maxHeight={220} />;
}
