/** A sentence where there is nothing to show. */
export const Quiet = ({ children }: { children: string }) => <p className="text-ink-2 text-sm">{children}</p>;
