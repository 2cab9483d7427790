"use client";
import { GitCompareArrows, History, Play } from "lucide-react";
import { PageHeader } from "@/components/shell/page-header";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { paths } from "@/contract/paths";
import type { SaveState } from "../state/autosave";
import { Presence } from "./presence";
import { SaveStatus } from "./save-status";

type DesignerHeaderProps = {
  type: string;
  latestVersion: number;
  saving: SaveState;
  people: readonly { id: string; name: string }[];
  mayEdit: boolean;
  mayRun: boolean;
  onSave: () => void;
  onCompare: () => void;
  onHistory: () => void;
  onRun: () => void;
  onPublish: () => void;
};

/** Which draft, whether it is saved, who is here, and what can be done with it. */
export function DesignerHeader(props: DesignerHeaderProps) {
  const { type, latestVersion, saving, people, mayEdit, mayRun } = props;
  const next = latestVersion + 1;
  return (
    <PageHeader
      title={type}
      parent={{ label: "Sagas", href: paths.sagas() }}
      meta={
        <>
          <Badge>{latestVersion === 0 ? "draft, not published yet" : `draft of v${next}`}</Badge>
          {mayEdit ? <SaveStatus saving={saving} onRetry={props.onSave} /> : <Badge>read only</Badge>}
        </>
      }
      actions={
        <>
          <Presence people={people} />
          <Button onClick={props.onCompare} disabled={latestVersion === 0} className="max-xl:hidden">
            <GitCompareArrows aria-hidden /> Compare
          </Button>
          <Tooltip content="Versions">
            <Button onClick={props.onHistory} aria-label="Versions">
              <History aria-hidden /> <span className="max-xl:sr-only">Versions</span>
            </Button>
          </Tooltip>
          <Tooltip content={runHint(latestVersion, mayRun)}>
            <span>
              <Button onClick={props.onRun} disabled={latestVersion === 0 || !mayRun}>
                <Play aria-hidden /> {latestVersion === 0 ? "Run…" : `Run v${latestVersion}…`}
              </Button>
            </span>
          </Tooltip>
          <Tooltip content={mayEdit ? "" : "Publishing needs the role designer."}>
            <span>
              <Button variant="primary" onClick={props.onPublish} disabled={!mayEdit}>
                Publish v{next}…
              </Button>
            </span>
          </Tooltip>
        </>
      }
    />
  );
}

function runHint(latestVersion: number, mayRun: boolean): string {
  if (!mayRun) return "Starting runs needs the role operator.";
  return latestVersion === 0 ? "Publish a version first: runs are of versions, not of drafts." : "";
}
