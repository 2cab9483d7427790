/** The product's mark: a thread that goes out in ink and comes back in amber. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      fill="none"
      strokeWidth={2.25}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
    >
      <circle cx="3.5" cy="5" r="2.25" className="fill-ink" />
      <path d="M3.5 5H13a4.25 4.25 0 0 1 4.25 4.25" className="stroke-ink" />
      <path d="M17.25 9.25A4.25 4.25 0 0 1 13 13.5H8.5m2.75-3-3 3 3 3" className="stroke-state-compensating-solid" />
    </svg>
  );
}
