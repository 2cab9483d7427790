import Link from "next/link";
import { type StateLook, stateLooks } from "@/components/canvas/status";
import { formatTime, shortId } from "@/components/ui/format";
import { StatusBadge } from "@/components/ui/status-badge";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { DemoCall } from "@/contract/demo";
import { paths } from "@/contract/paths";
import { runsOfOrder } from "./runs-of-order";

const deeds = {
  effect: { ...stateLooks.completed, word: "Did it" },
  accepted: { ...stateLooks.executing, word: "Replies later" },
  repeat: { ...stateLooks.skipped, word: "Same answer again" },
  tombstone: { ...stateLooks.compensated, word: "Refused: undone" },
  declined: { ...stateLooks.failed, word: "Declined" },
  error: { ...stateLooks.failed, word: "Error" },
  nothing: { ...stateLooks.pending, word: "Nothing to do" },
  undone: { ...stateLooks.compensated, word: "Undid it" },
  forgot: { ...stateLooks.failed, word: "Nothing: forgot" },
  probed: { ...stateLooks.completed, word: "Asked: it happened" },
  fenced: { ...stateLooks.compensated, word: "Asked: it never will" },
} as const satisfies Record<DemoCall["did"], StateLook>;

/** The shop's own book: each call it got and each event that a service acted on, and what it did about it. */
export function Ledger({ calls }: { calls: readonly DemoCall[] }) {
  if (calls.length === 0)
    return (
      <p className="px-4 py-8 text-center text-ink-3 text-sm">
        No calls yet. Start a run, or place an order, and they appear here.
      </p>
    );
  return (
    <Table className="table-fixed">
      <TableHeader>
        <tr>
          <TableHead className="w-[116px]">At</TableHead>
          <TableHead>Command</TableHead>
          <TableHead className="w-36">What it did</TableHead>
          <TableHead numeric className="w-14">
            Reply
          </TableHead>
          <TableHead className="w-28">Run</TableHead>
        </tr>
      </TableHeader>
      <tbody>
        {calls.map((call) => (
          <TableRow key={call.id}>
            <TableCell className="font-mono text-ink-2 text-xs">{formatTime(call.at)}</TableCell>
            <TableCell
              className="truncate font-mono text-xs"
              title={`${call.service}.${call.command}, ${call.heard ? `heard ${call.heard.type}` : `key ${call.key}`}`}
            >
              {call.command} <span className="text-ink-3">{call.service}</span>
              {call.heard && <span className="block truncate text-ink-3">on {call.heard.type}</span>}
            </TableCell>
            <TableCell className="truncate">
              <StatusBadge bare look={deeds[call.did]} />
            </TableCell>
            <TableCell numeric className="text-ink-2">
              {call.status === 0 ? "–" : call.status}
            </TableCell>
            <TableCell>
              <RunOf call={call} />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

/** The run that a call was of; of what a service did by itself, the order, which leads to it. */
function RunOf({ call: { run, heard } }: { call: DemoCall }) {
  if (run === null && heard === null) return "–";
  return (
    <Link
      href={run === null ? runsOfOrder(heard?.order ?? "") : paths.run(run)}
      prefetch={false}
      className="rounded-sm font-mono text-xs hover:underline"
    >
      {run === null ? heard?.order : shortId(run)}
    </Link>
  );
}
