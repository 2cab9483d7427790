import { RunLink } from "../run-link";
import { WorkTabs } from "../work-tabs";
import type { KindBodyProps } from "./kind-body";

/** A saga step: the run it began and how that stands, what it was given, what came back, and its undo. */
export function ChildBody({ moment, spec, step }: KindBodyProps) {
  return (
    <>
      <section aria-label="Its run" className="flex flex-col gap-2 border-b p-4">
        <h3 className="font-semibold text-sm">Its run</h3>
        {step.child === null ? (
          <p className="text-ink-2 text-sm">
            {step.status === "executing" ? "It is being started." : "It has begun no run."}
          </p>
        ) : (
          <RunLink id={step.child} />
        )}
        {step.childResidue.length > 0 && (
          <p className="text-sm">
            <span className="block text-ink-3 text-xs">Left standing by it</span>
            {step.childResidue.join(", ")}
          </p>
        )}
      </section>
      <WorkTabs moment={moment} spec={spec} step={step} item={null} name={spec.title} />
    </>
  );
}
