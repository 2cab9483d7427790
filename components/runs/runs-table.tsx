"use client";
import { useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { paths } from "@/contract/paths";
import type { RunSummary } from "@/contract/runs";
import { columnWidths, numericColumns, runColumns, runFeatures } from "./run-columns";

export const ROW_HEIGHT = 38;

type RunsTableProps = {
  rows: readonly RunSummary[];
  /** Asked when the end comes into view. */
  onEnd: () => void;
  more: boolean;
};

/** Any number of runs: only the rows in view exist, in a real table. The key is the link; a click anywhere on the row follows it. */
export function RunsTable({ rows, onEnd, more }: RunsTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const router = useRouter();
  const table = useTable({ features: runFeatures, columns: runColumns, data: rows, getRowId: (run) => run.id });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const visible = virtual.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastVisible >= rows.length - 20) onEnd();
  }, [more, lastVisible, rows.length, onEnd]);
  const model = table.getRowModel().rows;
  const above = visible[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (visible.at(-1)?.end ?? 0);

  return (
    <div ref={scroller} className="h-full overflow-auto bg-panel">
      <Table aria-rowcount={more ? -1 : rows.length + 1} className="min-w-[1040px] table-fixed">
        <colgroup>
          {table.getAllLeafColumns().map((column) => (
            <col key={column.id} style={{ width: columnWidths[column.id] }} />
          ))}
        </colgroup>
        <TableHeader>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <TableHead key={header.id} numeric={numericColumns.has(header.column.id)}>
                  <table.FlexRender header={header} />
                </TableHead>
              ))}
            </tr>
          ))}
        </TableHeader>
        <tbody>
          <Spacer height={above} />
          {visible.map((item) => {
            const row = model[item.index];
            if (!row) return null;
            return (
              <TableRow
                key={row.id}
                aria-rowindex={item.index + 2}
                className="cursor-pointer"
                onClick={(event) => {
                  if (!(event.target instanceof Element) || event.target.closest("a, button")) return;
                  router.push(paths.run(row.id));
                }}
              >
                {row.getAllCells().map((cell) => (
                  <TableCell key={cell.id} numeric={numericColumns.has(cell.column.id)} className="truncate">
                    <table.FlexRender cell={cell} />
                  </TableCell>
                ))}
              </TableRow>
            );
          })}
          <Spacer height={below} />
        </tbody>
      </Table>
    </div>
  );
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={runColumns.length} style={{ height }} className="p-0" />
    </tr>
  );
}
