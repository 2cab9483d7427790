/** Whether this machine has the program of that name. */
export function isHere(name: string): boolean;
