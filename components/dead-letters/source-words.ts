/** Where a message came from, as people say it. */
export function sourceWords(source: string): string {
  const [kind, name] = source.split(/:(.*)/s);
  if (kind === "broker" && name) return `Broker ${name}`;
  if (kind === "queue" && name) return `Queue of ${name}`;
  return source === "events" ? "Events over HTTP" : source;
}
