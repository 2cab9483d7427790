/** Resolves once it is so; throws after 10 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not become so: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
