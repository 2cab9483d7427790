/** What the box is called that lets addresses be used which only a machine's own network has. */
export const allowPrivateLabel = "Allow private and loopback addresses";

/** The API names fields as requests do; on a page they are called what their labels say. */
export const inFieldWords = (text: string) => text.replaceAll("allowPrivateNetwork", `“${allowPrivateLabel}”`);
