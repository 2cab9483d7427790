import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/** Joins class names; the later of two that set the same property wins. */
export const cn = (...values: ClassValue[]) => twMerge(clsx(values));
