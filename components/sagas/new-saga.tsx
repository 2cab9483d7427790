"use client";
import { FileCode2, Plus, SquareDashed } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMay } from "@/components/api/use-role";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Tooltip } from "@/components/ui/tooltip";
import { BlankSagaDialog } from "./blank-saga-dialog";
import { ImportSagaDialog } from "./import-saga-dialog";

const ways = ["blank", "import"] as const;

/** The ways to make a saga, for designers; the chosen one is in the address, so that other places can link to it. */
export function NewSaga({ taken }: { taken: readonly string[] }) {
  const [way, setWay] = useQueryState("new", parseAsStringLiteral(ways));
  const may = useMay("designer");
  if (!may)
    return (
      <Tooltip content="This needs the role designer">
        <Button variant="primary" aria-disabled="true" className="opacity-60">
          <Plus aria-hidden /> New saga
        </Button>
      </Tooltip>
    );
  const close = () => void setWay(null);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="primary">
            <Plus aria-hidden /> New saga
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => void setWay("blank")}>
            <SquareDashed aria-hidden /> Blank canvas
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => void setWay("import")}>
            <FileCode2 aria-hidden /> From YAML or JSON…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {way === "blank" && <BlankSagaDialog taken={taken} onClose={close} />}
      {way === "import" && <ImportSagaDialog taken={taken} onClose={close} />}
    </>
  );
}
