/** A name on as many lines, each cut short where it is too long. */
export const BrokenWords = ({ words }: { words: readonly string[] }) =>
  words.map((line) => (
    <span key={line} className="block truncate">
      {line}
    </span>
  ));
