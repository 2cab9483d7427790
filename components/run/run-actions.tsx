"use client";
import { Ellipsis, Pause, Play, Repeat, RotateCcw, Undo2 } from "lucide-react";
import { useMay } from "@/components/api/use-role";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { OperationName } from "@/engine/run/event";
import { isEnded, type RunState } from "@/engine/run/state";
import { type Offers, wayOut } from "./offers";
import { OperationButton, whyNot } from "./operation-button";
import { operationLook, operationLooks } from "./operation-looks";

type RunActionsProps = {
  state: RunState;
  offers: Offers;
  /** The run is only watched: what could be sent or stopped for it is not offered. */
  observed: boolean;
  onOperate: (operation: OperationName) => void;
};

const forStuck = ["markCompensated", "skip", "complete", "fail"] as const;
const forRun = ["note", "cancel", "terminate"] as const;

/** The run's buttons: the usual ones in sight, the rest in a menu. */
export function RunActions(props: RunActionsProps) {
  return (
    <>
      {!props.observed && <Usual {...props} />}
      <More {...props} />
    </>
  );
}

function Usual({ state, offers, onOperate }: RunActionsProps) {
  const may = useMay("operator");
  const hold = state.paused ? "resume" : "pause";
  const retry = offers.retryCompensation.ok ? "retryCompensation" : "retry";
  const out = wayOut(state, offers);
  return (
    <>
      {isEnded(state) ? (
        <OperationButton offer={offers.startAgain} may={may} icon={Repeat} onClick={() => onOperate("startAgain")}>
          {operationLooks.startAgain.verb}…
        </OperationButton>
      ) : (
        <OperationButton
          offer={offers[hold]}
          may={may}
          icon={state.paused ? Play : Pause}
          onClick={() => onOperate(hold)}
        >
          {operationLooks[hold].verb}
        </OperationButton>
      )}
      <OperationButton
        variant={out === "retry" ? "primary" : "secondary"}
        offer={offers[retry]}
        may={may}
        icon={RotateCcw}
        onClick={() => onOperate(retry)}
      >
        {retry === "retry" ? "Retry…" : "Retry undo…"}
      </OperationButton>
      <OperationButton
        variant={out === "compensate" ? "primary" : "secondary"}
        offer={offers.compensate}
        may={may}
        icon={Undo2}
        onClick={() => onOperate("compensate")}
      >
        {operationLook("compensate", null, state).verb}…
      </OperationButton>
    </>
  );
}

function More({ offers, observed, onOperate }: RunActionsProps) {
  const may = useMay("operator");
  const stuck = forStuck.filter((name) => offers[name].ok);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon" variant="ghost" aria-label="More operations">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {stuck.length === 0 && (
          <DropdownMenuLabel>{observed ? "Nothing" : "No step"} waits for a person</DropdownMenuLabel>
        )}
        {stuck.map((name) => (
          <Item key={name} name={name} why={whyNot(offers[name], may)} onOperate={onOperate} />
        ))}
        <DropdownMenuSeparator />
        {forRun
          .filter((name) => !observed || name !== "cancel")
          .map((name) => (
            <Item key={name} name={name} why={whyNot(offers[name], may)} onOperate={onOperate} />
          ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

type ItemProps = { name: OperationName; why: string | null; onOperate: (operation: OperationName) => void };

function Item({ name, why, onOperate }: ItemProps) {
  const { icon: Icon, verb } = operationLooks[name];
  return (
    <DropdownMenuItem
      disabled={why !== null}
      danger={name === "terminate" && why === null}
      onSelect={() => onOperate(name)}
    >
      <Icon aria-hidden />
      <span className="flex flex-col">
        {verb}…{why && <span className="max-w-64 whitespace-normal text-ink-3 text-xs">{why}</span>}
      </span>
    </DropdownMenuItem>
  );
}
