/**
 * Where the `}` is that ends a `${`, seen as CEL sees it: braces of maps nest, and braces inside strings and comments
 * do not count. Answers -1 when there is none.
 */
export function findClosingBrace(text: string, from: number): number {
  let depth = 0;
  let position = from;
  while (position < text.length) {
    const char = text[position];
    if (char === "}" && depth === 0) return position;
    if (char === "{") depth++;
    if (char === "}") depth--;
    if (char === '"' || char === "'") position = skipString(text, position);
    else if (char === "/" && text[position + 1] === "/") position = skipComment(text, position);
    else position++;
  }
  return -1;
}

/** A backslash keeps the quote after it inside the string, in raw strings too: that is how the parser reads them. */
function skipString(text: string, open: number): number {
  const quote = text[open] ?? '"';
  const triple = quote.repeat(3);
  const close = text.startsWith(triple, open) ? triple : quote;
  let position = open + close.length;
  while (position < text.length) {
    if (text[position] === "\\") position += 2;
    else if (text.startsWith(close, position)) return position + close.length;
    else position++;
  }
  return text.length;
}

function skipComment(text: string, open: number): number {
  const end = text.indexOf("\n", open);
  return end < 0 ? text.length : end;
}
