import type { Preview } from "../document/preview";

/** What an expression or mapping gives for the sample. */
export function PreviewBox({ preview }: { preview: Preview }) {
  return (
    <div className="rounded-md border border-line-strong border-dashed px-2.5 py-2 text-xs">
      {preview.ok ? (
        <>
          <p className="mb-1 text-ink-3">
            {preview.guessed ? "For the sample; ‹…› is known once a run is there" : "For the sample"}
          </p>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-48 overflow-auto whitespace-pre-wrap break-words font-mono text-ink-2 leading-[17px]"
          >
            {JSON.stringify(preview.value, null, 2)}
          </pre>
        </>
      ) : (
        <p className="text-ink-2">{preview.message}</p>
      )}
    </div>
  );
}
