"use client";
import { useEffect, useRef } from "react";
import { followedIds } from "../../changes/followed-ids";
import { useDesigner } from "../../state/designer-context";

/** Lets ids follow titles and commands once a field was left; no longer once runs may know them. */
export function useFollowedIds(): (ids: readonly string[]) => void {
  const designer = useDesigner();
  const latest = useRef(designer);
  useEffect(() => {
    latest.current = designer;
  }, [designer]);
  return (ids) => {
    // A field may write what was typed as it is left: the draft is read after that.
    setTimeout(() => {
      const { document, published, readOnly, selected, select, change } = latest.current;
      if (published || readOnly) return;
      for (const id of ids) {
        const renamed = followedIds(document, id);
        for (const { from, to } of renamed) change({ type: "rename-step", from, to }, `title ${id}`);
        const own = renamed.find(({ from }) => selected.includes(from));
        if (own) select([own.to]);
        if (renamed.length > 0) return;
      }
    });
  };
}
