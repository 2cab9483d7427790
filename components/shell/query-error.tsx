import { ApiError } from "@/components/api/fetcher";
import { ErrorState, NoPermission } from "@/components/ui/error-state";

type QueryErrorProps = {
  error: Error;
  /** What could not be shown, as the start of a sentence: "The runs". */
  what: string;
  onRetry: () => void;
  /** The least role that may see it, where not everyone may. */
  needs?: string;
};

/** The drawn state of a query that failed: no permission, or what happened, what it means and a way to try again. */
export function QueryError({ error, what, onRetry, needs = "operator" }: QueryErrorProps) {
  if (error instanceof ApiError && error.status === 403)
    return <NoPermission what={`see ${what.charAt(0).toLowerCase()}${what.slice(1)}`} needs={needs} />;
  const detail =
    error instanceof ApiError
      ? error.detail
      : "The answer was not what this page expects; reload it after an update of the server.";
  return (
    <ErrorState title={`${what} could not be loaded`} onRetry={onRetry}>
      {detail}
    </ErrorState>
  );
}
